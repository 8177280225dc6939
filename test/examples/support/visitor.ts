/** A visitor of `examples/deploy`, who must never lose the session. */
import { Agent, request } from 'node:http'

export interface Reply {
  readonly status: number
  readonly body: string
}

export class Visitor {
  readonly name: string
  /** Whether the last login was answered. An aborted login may have ended the session that the visitor has. */
  isLoggedIn = true
  readonly #port: number
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 })
  /** The session cookie, as sent with requests. */
  cookie: string | undefined

  constructor(port: number, name: string) {
    this.#port = port
    this.name = name
  }

  get(path: string): Promise<Reply> {
    return this.#ask('GET', path)
  }

  /** Logs in on the server that nginx chooses. */
  login(): Promise<Reply> {
    return this.#ask('POST', '/login', `name=${this.name}`)
  }

  end(): void {
    this.#agent.destroy()
  }

  #ask(method: string, path: string, form?: string): Promise<Reply> {
    const headers = {
      ...(this.cookie !== undefined && { Cookie: this.cookie }),
      ...(form !== undefined && { 'Content-Type': 'application/x-www-form-urlencoded' }),
    }
    return new Promise((resolve, reject) => {
      const options = { host: '127.0.0.1', port: this.#port, agent: this.#agent, method, path }
      const sent = request({ ...options, headers }, (response) => {
        this.cookie = response.headers['set-cookie']?.[0]?.split(';')[0] ?? this.cookie
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => {
          body += text
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        response.on('error', reject)
      })
      sent.on('error', reject)
      sent.end(form)
    })
  }
}

/** Several visitors who send requests continuously, and the problems that they had. */
export class Crowd {
  /** The number of correct replies. */
  good = 0
  readonly bad: string[] = []
  readonly #visitors: Visitor[]
  readonly #all: Promise<unknown>
  #isOver = false
  readonly #waiting: { readonly until: number; readonly wake: () => void }[] = []

  constructor(visitors: Visitor[]) {
    this.#visitors = visitors
    this.#all = Promise.all(visitors.map((visitor) => this.#visit(visitor)))
  }

  /** Resolves after this many more correct replies. */
  more(replies: number): Promise<void> {
    return new Promise((wake) => {
      this.#waiting.push({ until: this.good + replies, wake })
    })
  }

  async stop(): Promise<string[]> {
    this.#isOver = true
    await this.#all
    for (const visitor of this.#visitors) visitor.end()
    return this.bad
  }

  async #visit(visitor: Visitor): Promise<void> {
    for (let turn = 0; !this.#isOver; turn += 1) {
      // oxlint-disable-next-line no-await-in-loop -- one request at a time
      await (turn % 5 === 4 ? this.#login(visitor) : this.#home(visitor))
      const due = this.#waiting.findIndex(({ until }) => this.good >= until)
      if (due >= 0) this.#waiting.splice(due, 1)[0]?.wake()
    }
  }

  async #login(visitor: Visitor): Promise<void> {
    const { status } = await visitor.login().catch(failed)
    visitor.isLoggedIn = status === 303
    this.#count(visitor.isLoggedIn, `POST ${status}`)
  }

  async #home(visitor: Visitor): Promise<void> {
    const { status, body } = await visitor.get('/').catch(failed)
    if (status !== 200) this.#count(false, `GET ${status}`)
    else if (visitor.isLoggedIn)
      this.#count(body.includes(`Hello, ${visitor.name}.`), `lost session of ${visitor.name}`)
  }

  #count(isGood: boolean, problem: string): void {
    if (isGood) this.good += 1
    else this.bad.push(problem)
  }
}

const failed = (error: Error): Reply => ({ status: 0, body: error.message })
