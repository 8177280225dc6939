/** The child process: creates the application, reports the files it was loaded from, and answers requests. */
import type { ApplicationLike } from '@phial/core'
import type { Maker } from '../reload.ts'
import { Connections } from './connections.ts'
import { describe, failed } from './maker.ts'
import type { FromChild, Start, ToChild } from './generation.ts'

const start = JSON.parse(process.argv[2] ?? '') as Start
const tell = (message: FromChild): void => void process.send?.(message)

// The parent has exited, so no more connections will arrive.
process.on('disconnect', () => process.exit())
// A terminal sends these signals to both processes. The parent decides when the child exits.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
// Keeps serving if the reader of standard output exits.
process.stdout.on('error', () => undefined)
process.stderr.on('error', () => undefined)

const maker = (await import(start.maker)) as Maker
const [app, isBroken] = await made()
const connections = new Connections(app, start.accessLogformat)
process.on('message', (message: ToChild, socket?: Parameters<Connections['take']>[0]) => {
  if (message.kind === 'retire') void connections.finish().then(() => process.exit())
  else if (socket) connections.take(socket, Buffer.from(message.head, 'base64'))
})
tell({ kind: 'ready', isBroken })

/** Creates the application, or the one that shows the error. */
async function made(): Promise<[app: ApplicationLike, isBroken: boolean]> {
  try {
    return [await maker.make(start, (file) => tell({ kind: 'watch', file })), false]
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`)
    return [await (maker.failed ?? failed)(error, start), true]
  }
}
