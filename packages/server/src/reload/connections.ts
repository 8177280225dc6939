/** Connections that come from another process: one request on each, answered as the reference server does. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { errorStream, run, type ApplicationLike } from '@phial/core'
import { accessLine, type AccessRecord } from '../logs/access.ts'
import { Answer, environOf, hangUp } from '../node-http.ts'
import { errorAnswer, refusal, statusOf } from '../refusal.ts'

const errors = errorStream((text) => void process.stderr.write(text))

export class Connections {
  readonly #app: ApplicationLike
  readonly #http: Server = createServer({ insecureHTTPParser: false, requireHostHeader: false })
  readonly #line: ((record: AccessRecord) => string) | undefined
  readonly #underWay = new Set<Promise<void>>()

  constructor(app: ApplicationLike, accessLogformat: string | undefined) {
    this.#app = app
    this.#line = accessLogformat === undefined ? undefined : accessLine(accessLogformat)
    this.#http.maxHeadersCount = 0
    this.#http.on('request', (request, response) => this.#answer(request, response))
    this.#http.on('checkContinue', (request, response) => this.#answer(request, response))
    this.#http.on('clientError', (error, socket) =>
      hangUp(socket as Socket, errorAnswer(statusOf(error))),
    )
  }

  /** Answers the request on a connection, of which something was read already. */
  take(socket: Socket, head: Buffer): void {
    socket.allowHalfOpen = true // a client may be done with sending before it is answered
    socket.unshift(head)
    this.#http.emit('connection', socket)
  }

  /** Kept when all that is under way is answered. */
  async finish(): Promise<void> {
    await Promise.all(this.#underWay)
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = new Answer(request, response)
    answer.isLast = true
    const { localAddress = 'localhost', localPort = 80 } = request.socket
    const home = { serverName: localAddress, serverPort: String(localPort), errors }
    const environ = environOf(request, answer, home)
    const over = answer.over.then(() => this.#log({ ...recordOf(answer), environ }))
    this.#underWay.add(over)
    void over.then(() => this.#underWay.delete(over))
    const refused = refusal(request)
    if (refused) answer.refuse(refused.status, refused.reason)
    else void run(this.#app, environ, answer)
  }

  #log(record: AccessRecord): void {
    if (this.#line) process.stdout.write(`${this.#line(record)}\n`)
  }
}

function recordOf({
  status,
  headers,
  bytes,
  time,
  duration,
}: Answer): Omit<AccessRecord, 'environ'> {
  return { status, headers, bytes, time, duration }
}
