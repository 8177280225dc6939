import { main } from './cli.ts'

// Not only the exit code is set: timers and connections of the application must not hold the stop up.
process.exit(await main(process.argv.slice(2), process.env))
