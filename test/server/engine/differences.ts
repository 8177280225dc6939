/**
 * The reasons why the engine and `node:http` may treat the same bytes differently. Each entry names the section that
 * decides it. A difference that the list does not cover is a bug in one of the two.
 */
import { METHODS } from 'node:http'
import type { Verdict } from './differential.ts'

const isRefused = ({ end }: Verdict): boolean => /^\d{3} /.test(end)

/** The reasons with which the engine rejects requests that `node:http` accepts. */
const STRICTER: readonly string[] = [
  'the request line is not METHOD target HTTP/1.1 (RFC 9112 §3)', // more spaces, RTSP, ICE; §2.2: empty lines
  'a line ends in LF without CR (RFC 9112 §2.2)', // before a request
  'the method is not a token (RFC 9110 §9.1)', // CR before a request
  'a chunk size is not a hexadecimal number (RFC 9112 §7.1)', // 17 digits and more; §7.1.1: extensions
  '100-continue is the only supported expectation (RFC 9110 §10.1.1)', // and something after it
  'a trailer contains a field that is only allowed as a header (RFC 9110 §6.5.1)', // Host
]

interface Difference {
  readonly why: string
  readonly is: (engine: Verdict, http: Verdict, bytes: string) => boolean
}

const DIFFERENCES: readonly Difference[] = [
  {
    why: 'the engine is stricter, and names the rule',
    is: (engine, http) =>
      isBefore(engine, http) && STRICTER.some((reason) => engine.end.endsWith(reason)),
  },
  {
    why: 'RFC 9110 §9.1: a method is any token, and the application decides which it supports',
    is: (engine, http) => {
      const [method] = JSON.parse(next(engine, http) ?? '[]') as string[]
      return isRefused(http) && method !== undefined && !METHODS.includes(method)
    },
  },
  {
    why: 'RFC 9112 §7.1.1: there may be space around the parts of a chunk extension',
    is: (engine, http, bytes) =>
      isRefused(http) &&
      next(engine, http) !== undefined &&
      /^[0-9a-f]+(?:[ \t]+;|;.*[ \t])/im.test(bytes),
  },
  {
    why: 'RFC 9110 §7.8: an upgrade may be ignored; node:http reads nothing after a request that offers one',
    is: (_, http) => http.end === 'open' && /"HTTP_UPGRADE=/.test(http.served.at(-1) ?? ''),
  },
  {
    why: 'RFC 9110 §10.1.1: a client without a body does not wait for a 100; node:http closes nevertheless',
    is: (engine, http) =>
      isBefore(http, engine) &&
      http.end === 'closed' &&
      /"HTTP_EXPECT=/.test(http.served.at(-1) ?? ''),
  },
  {
    why: 'RFC 9110 §5.6.3: the space around a value may be a tab, also after a Content-Length',
    is: (engine, http, bytes) =>
      isRefused(http) &&
      /"CONTENT_LENGTH=/.test(next(engine, http) ?? '') &&
      /content-length:[ \t]*\d+[ \t]*\t/i.test(bytes),
  },
  {
    why: 'RFC 9112 §9.3: close wins over keep-alive; in HTTP/1.0 it does not in node:http',
    is: (engine, http) =>
      isBefore(engine, http) &&
      engine.end === 'closed' &&
      /"HTTP\/1\.0",.*"HTTP_CONNECTION=(?=.*close).*keep-alive/.test(engine.served.at(-1) ?? ''),
  },
  {
    why: 'one rejects an incomplete line, head or chunk whose end the other waits for (RFC 9112 §2.2)',
    is: (engine, http) =>
      engine.served.length === http.served.length &&
      isBefore(engine, http) &&
      [engine, http].some(isRefused) &&
      [engine.end, http.end].includes('open'),
  },
]

/** Whether the other served all requests that one served. */
function isBefore(one: Verdict, other: Verdict): boolean {
  return one.served.every((asked, at) => asked === other.served[at])
}

/** Returns the first request that the engine served and `node:http` did not. */
function next(engine: Verdict, http: Verdict): string | undefined {
  return isBefore(http, engine) ? engine.served[http.served.length] : undefined
}

/** Returns the reason why two verdicts differ: `the same` if they do not, `undefined` if no entry explains it. */
export function explain(engine: Verdict, http: Verdict, bytes: string): string | undefined {
  const isSame =
    engine.served.length === http.served.length &&
    isBefore(engine, http) &&
    (engine.end === http.end || (isRefused(engine) && isRefused(http)))
  if (isSame) return 'the same'
  return DIFFERENCES.find(({ is }) => is(engine, http, bytes))?.why
}
