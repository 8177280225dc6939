/** The process that runs the application: makes it, says what it was made from, answers what it is given. */
import type { ApplicationLike } from '@phial/core'
import type { Maker } from '../reload.ts'
import { Connections } from './connections.ts'
import { describe, failed } from './maker.ts'
import type { FromChild, Start, ToChild } from './generation.ts'

const start = JSON.parse(process.argv[2] ?? '') as Start
const tell = (message: FromChild): void => void process.send?.(message)

// Who listens has gone, so nothing will come any more.
process.on('disconnect', () => process.exit())
// A terminal sends these to both processes; the other one says when to end.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
// Whoever read what is printed may leave: serving goes on.
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

/** The application, or what tells that there is none. */
async function made(): Promise<[app: ApplicationLike, isBroken: boolean]> {
  try {
    return [await maker.make(start, (file) => tell({ kind: 'watch', file })), false]
  } catch (error) {
    process.stderr.write(`${describe(error)}\n`)
    return [await (maker.failed ?? failed)(error, start), true]
  }
}
