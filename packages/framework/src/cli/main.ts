import { phial } from './phial.ts'

const write = (to: NodeJS.WriteStream) => (text: string) => void to.write(text)
const output = { stdout: write(process.stdout), stderr: write(process.stderr) }
// Whoever reads what is printed may leave.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const words = process.argv.slice(2)
const exitCode = await phial(words, { folder: process.cwd(), env: process.env, output })
// Not only the exit code is set: timers and connections of the app must not hold the end up.
process.stdout.write('', () => process.exit(exitCode))
