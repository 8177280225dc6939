/** Formats log lines as JSON objects. */
import { levels, type Level } from './error.ts'
import { accessLine, userName, type AccessRecord } from './access.ts'

/** Compiles the value of `--access-logformat` to a function, like {@link accessLine}. Also accepts `json`. */
export function accessText(format: string): (record: AccessRecord) => string {
  return format === 'json' ? accessJson : accessLine(format)
}

/**
 * Formats a line of the access log. Omits missing values. Times are in UTC, durations in seconds.
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

/** Serializes an object in one line. Omits `undefined`, and escapes control characters. */
export function jsonLine(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify(fields).replaceAll(
    /[\x7f-\x9f\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Formats a line of the error log: `{"time":"2026-11-22T20:55:11.123Z","log":"error","pid":7,"level":"info","message":"…"}`. */
export function errorJson(level: Level, message: string): string {
  return jsonLine({ time: new Date(), log: 'error', pid: process.pid, level, message })
}

/**
 * Formats text written by an application as one record, including the line feed. A JSON object becomes the member `app`
 * of the server's record, which takes over only its level. Data from a client can therefore not forge a record.
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
