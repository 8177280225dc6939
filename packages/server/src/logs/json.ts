/** Log lines for programs: one JSON object each. */
import { levels, type Level } from './error.ts'
import { accessLine, userName, type AccessRecord } from './access.ts'

/** Makes a function from what `--access-logformat` holds: record in, line out. As {@link accessLine}, but that `json` is one too. */
export function accessText(format: string): (record: AccessRecord) => string {
  return format === 'json' ? accessJson : accessLine(format)
}

/**
 * A line of the access log. What is not there is left out; times are in UTC, durations in seconds.
 *
 *     {"time":"2026-11-22T20:55:11.123Z","log":"access","pid":7,"client":"127.0.0.1","method":"GET",
 *      "target":"/","protocol":"HTTP/1.1","status":200,"bytes":5,"seconds":0.001,"agent":"curl/8"}
 */
export function accessJson(record: AccessRecord): string {
  const { environ, status, bytes, time, duration } = record
  return jsonLine({
    time,
    log: 'access',
    pid: process.pid,
    client: environ.REMOTE_ADDR || undefined,
    user: userName(environ['HTTP_AUTHORIZATION']),
    method: environ.REQUEST_METHOD,
    host: environ['HTTP_HOST'],
    target: environ.RAW_URI,
    protocol: environ.SERVER_PROTOCOL,
    status: Number(status.slice(0, 3)),
    bytes,
    seconds: Math.round(duration * 1000) / 1e6,
    referer: environ['HTTP_REFERER'],
    agent: environ['HTTP_USER_AGENT'],
    requestId: environ['HTTP_X_REQUEST_ID'],
  })
}

/** An object in one line, without what is undefined, and with nothing that a terminal would obey. */
export function jsonLine(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields).replaceAll(
    /[\x7f-\x9f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** A line of the error log: `{"time":"2026-11-22T20:55:11.123Z","log":"error","pid":7,"level":"info","message":"…"}`. */
export function errorJson(level: Level, message: string): string {
  return jsonLine({ time: new Date(), log: 'error', pid: process.pid, level, message })
}

/**
 * What an application writes, as one record, line feed included. An object of JSON that it writes itself stays one,
 * but as `app` within a record of ours, of which only the level is the application's: a visitor whose words it writes
 * cannot make a record of their own.
 *
 *     {"time":"2026-11-22T20:55:11.123Z","log":"app","pid":7,"level":"info","app":{"message":"…"}}
 */
export function applicationJson(text: string): string {
  const app = objectIn(text)
  if (!app) return `${errorJson('error', text.trimEnd())}\n`
  const level = levels.find((name) => name === Reflect.get(app, 'level')) ?? 'error'
  return `${jsonLine({ time: new Date(), log: 'app', pid: process.pid, level, app })}\n`
}

function objectIn(text: string): object | undefined {
  if (!text.startsWith('{')) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}
