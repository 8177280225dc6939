import { work } from './worker.ts'

// Not only the exit code is set: timers and connections of the application must not hold the end up.
process.exit(await work())
