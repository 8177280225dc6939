/** Answers one request on each connection from the parent, like the reference server. */
import type { Socket } from 'node:net'
import { errorStream, run, type ApplicationLike } from '@phial/core'
import { closePages } from '../load/xray.ts'
import { accessText } from '../logs/json.ts'
import { nodeHttpTransport } from '../node-http.ts'
import { defaultLimits, homeOfSocket, peerOf, type HttpTransport } from '../transport.ts'

export class Connections {
  readonly #transport: HttpTransport

  constructor(app: ApplicationLike, accessLogformat: string | undefined) {
    const line = accessLogformat === undefined ? undefined : accessText(accessLogformat)
    this.#transport = nodeHttpTransport({
      handle: (environ, answer) => {
        answer.isLast = true
        return run(app, environ, answer)
      },
      onAnswer: line && ((record) => void process.stdout.write(`${line(record)}\n`)),
      errors: errorStream((text) => void process.stderr.write(text)),
      multiprocess: false,
      limits: defaultLimits,
    })
  }

  /** Answers the request on a connection whose first bytes were already read. */
  take(socket: Socket, head: Buffer): void {
    socket.allowHalfOpen = true // a client may be done with sending before it is answered
    socket.unshift(head)
    this.#transport.accept(socket, peerOf(socket, homeOfSocket(socket)))
  }

  /** Resolves when all in-flight requests have been answered. */
  finish(): Promise<void> {
    const finished = this.#transport.close()
    closePages()
    return finished
  }
}
