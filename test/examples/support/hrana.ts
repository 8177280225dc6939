/**
 * A database server for libSQL clients: Hrana 2 over HTTP, in JSON, backed by a file. It implements only the parts that
 * `@libsql/client` uses. It exists because libSQL's own server is neither on npm nor in Debian.
 * https://github.com/tursodatabase/libsql/blob/main/docs/HRANA_2_SPEC.md
 */
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import Database from 'libsql'

interface Value {
  type: 'null' | 'integer' | 'float' | 'text'
  value?: string | number
}
interface Statement {
  sql?: string
  sql_id?: number
  args?: Value[]
  named_args?: { name: string; value: Value }[]
}
interface Condition {
  type: 'ok' | 'error' | 'not' | 'and' | 'or' | 'is_autocommit'
  step?: number
  cond?: Condition
  conds?: Condition[]
}
interface Step {
  stmt: Statement
  condition?: Condition | null
}
interface Ask {
  type: string
  stmt?: Statement
  batch?: { steps: Step[] }
  sql?: string
  sql_id?: number
}
type Outcome = { result: object; error?: never } | { result?: never; error: object } | undefined

/** The stream of a client: a separate connection, so that it can have a transaction. */
class Stream {
  readonly #db: Database.Database
  readonly #stored = new Map<number | undefined, string>()

  constructor(file: string) {
    this.#db = new Database(file, { timeout: 5000 })
  }

  answer({ type, stmt, batch, sql, sql_id: id }: Ask): object {
    if (type === 'execute' && stmt) return { type, result: this.#execute(stmt) }
    if (type === 'batch' && batch) return { type, result: this.#batch(batch.steps) }
    if (type === 'sequence') this.#db.exec(sql ?? this.#stored.get(id) ?? '')
    else if (type === 'store_sql') this.#stored.set(id, sql ?? '')
    else if (type === 'close_sql') this.#stored.delete(id)
    else if (type === 'get_autocommit') return { type, is_autocommit: !this.#db.inTransaction }
    else if (type === 'close') this.#db.close()
    else throw new Error(`Unsupported request: ${type}`)
    return { type }
  }

  #execute({ sql, sql_id: id, args = [], named_args: named = [] }: Statement): object {
    const statement = this.#db.prepare(sql ?? this.#stored.get(id) ?? '')
    const values =
      named.length > 0
        ? Object.fromEntries(
            named.map(({ name, value }) => [name.replace(/^[:@$]/, ''), plain(value)]),
          )
        : args.map(plain)
    if (!statement.reader) {
      const { changes, lastInsertRowid } = statement.run(values)
      const last = String(lastInsertRowid)
      return { cols: [], rows: [], affected_row_count: changes, last_insert_rowid: last }
    }
    const cols = statement.columns().map(({ name }) => ({ name }))
    const rows = (statement.raw(true).all(values) as unknown[][]).map((row) => row.map(typed))
    return { cols, rows, affected_row_count: rows.length }
  }

  #batch(steps: Step[]): object {
    const done: Outcome[] = []
    for (const { stmt, condition } of steps) {
      const isAsked = !condition || holds(condition, done, this.#db)
      done.push(isAsked ? attempt(() => this.#execute(stmt)) : undefined)
    }
    return {
      step_results: done.map((one) => one?.result ?? null),
      step_errors: done.map((one) => one?.error ?? null),
    }
  }
}

function attempt(work: () => object): NonNullable<Outcome> {
  try {
    return { result: work() }
  } catch (error) {
    const { message, code } = error as Error & { code?: string }
    return { error: { message, ...(code === undefined ? {} : { code }) } }
  }
}

function holds(
  { type, step = 0, cond, conds = [] }: Condition,
  done: Outcome[],
  db: Database.Database,
): boolean {
  if (type === 'ok') return done[step]?.result !== undefined
  if (type === 'error') return done[step]?.error !== undefined
  if (type === 'is_autocommit') return !db.inTransaction
  if (type === 'not') return cond !== undefined && !holds(cond, done, db)
  const all = conds.map((one) => holds(one, done, db))
  return type === 'and' ? all.every(Boolean) : all.some(Boolean)
}

function plain({ type, value }: Value): string | number | null {
  if (type === 'null' || value === undefined) return null
  return type === 'integer' ? Number(value) : value
}

function typed(value: unknown): Value {
  if (value === null) return { type: 'null' }
  if (typeof value === 'string') return { type: 'text', value }
  return Number.isInteger(value)
    ? { type: 'integer', value: String(value) }
    : { type: 'float', value: Number(value) }
}

/** Serves a file as a database. `asked` lists the types of the received requests. */
export async function serveDatabase(file: string) {
  const streams = new Map<string, Stream>()
  const asked: string[] = []
  const pipeline = async (request: IncomingMessage): Promise<object> => {
    const { baton, requests } = (await json(request)) as { baton?: string; requests: Ask[] }
    const stream = streams.get(baton ?? '') ?? new Stream(file)
    streams.delete(baton ?? '')
    asked.push(...requests.map(({ type }) => type))
    const results = requests.map((ask) => {
      const { result: response, error } = attempt(() => stream.answer(ask))
      return response ? { type: 'ok', response } : { type: 'error', error }
    })
    const next = requests.some(({ type }) => type === 'close') ? null : randomUUID()
    if (next !== null) streams.set(next, stream)
    return { baton: next, base_url: null, results }
  }
  const server = createServer(async (request, response) => {
    if (request.url !== '/v2/pipeline') return void response.writeHead(404).end()
    response
      .setHeader('Content-Type', 'application/json')
      .end(JSON.stringify(await pipeline(request)))
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const close = async (): Promise<void> => {
    server.closeAllConnections()
    await once(server.close(), 'close')
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, close }
}
