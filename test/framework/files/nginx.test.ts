/** Sends the same conditions and ranges to Phial and to nginx over sockets, and compares their responses. */
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { serve, type Service } from '@phial/server'
import { appcontextPopped, appcontextPushed, Phial } from 'phial'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Place } from '../../server/support/raw.ts'
import { ask, hasNginx, type Nginx, startNginx } from './nginx.ts'
import { DAY, LARGE, ownFolder } from './support.ts'

const same = DAY.toUTCString()
const earlier = new Date(DAY.getTime() - 1000).toUTCString()
const later = new Date(DAY.getTime() + 1000).toUTCString()

let inFlight = 0
let wake = (): void => undefined
appcontextPushed.connect(() => void (inFlight += 1))
appcontextPopped.connect(() => {
  inFlight -= 1
  wake()
})

/** Resolves once every request has ended, which is a little after its client has received the response. */
async function quiet(): Promise<void> {
  while (inFlight > 0) {
    // oxlint-disable-next-line no-await-in-loop
    await new Promise<void>((resolve) => {
      wake = resolve
    })
  }
}

/** An intended difference: the status of Phial, and the reason. */
type Why = readonly [status: string, because: string]

interface Row {
  readonly asked: Readonly<Record<string, string>>
  readonly method?: string
  readonly path?: string
  readonly differs?: Why
}

const ranged = (Range: string, differs?: Why): Row => ({
  asked: { Range },
  ...(differs && { differs }),
})

const rows: readonly Row[] = [
  { asked: {} },
  { asked: {}, method: 'HEAD' },
  { asked: {}, path: '/none.txt' },
  // Versions. TAG is replaced by the tag of each server.
  { asked: { 'If-None-Match': 'TAG' } },
  { asked: { 'If-None-Match': 'W/TAG' } },
  { asked: { 'If-None-Match': '*' } },
  { asked: { 'If-None-Match': '"x", TAG' } },
  { asked: { 'If-None-Match': '"x"' } },
  { asked: { 'If-None-Match': '"x"', 'If-Modified-Since': same } },
  { asked: { 'If-None-Match': 'TAG', 'If-Modified-Since': same } },
  { asked: { 'If-None-Match': 'TAG' }, method: 'HEAD' },
  {
    asked: { 'If-None-Match': 'TAG', 'If-Modified-Since': earlier },
    differs: ['304', 'the tag takes precedence over the date: RFC 9110 §13.1.3'],
  },
  { asked: { 'If-Modified-Since': same } },
  { asked: { 'If-Modified-Since': earlier } },
  { asked: { 'If-Modified-Since': 'yesterday' } },
  {
    asked: { 'If-Modified-Since': later },
    differs: ['304', 'unchanged since then: RFC 9110 §13.1.3. nginx compares exactly'],
  },
  { asked: { 'If-Match': 'TAG' } },
  { asked: { 'If-Match': '*' } },
  { asked: { 'If-Match': '"x", TAG' } },
  { asked: { 'If-Match': 'W/TAG' } },
  { asked: { 'If-Match': '"x"' } },
  { asked: { 'If-Match': '"x"' }, method: 'HEAD' },
  { asked: { 'If-Unmodified-Since': same } },
  { asked: { 'If-Unmodified-Since': later } },
  { asked: { 'If-Unmodified-Since': earlier } },
  { asked: { 'If-Match': '"x"', 'If-Unmodified-Since': same } },
  {
    asked: { 'If-Match': 'TAG', 'If-Unmodified-Since': earlier },
    differs: ['200', 'the tag takes precedence over the date: RFC 9110 §13.1.4'],
  },
  { asked: { 'If-Match': '"x"', 'If-None-Match': 'TAG' } },
  // Ranges.
  ranged('bytes=0-0'),
  ranged('bytes=2-4'),
  ranged('bytes=7-'),
  ranged('bytes=0-'),
  ranged('bytes=-2'),
  ranged('bytes=-20'),
  ranged('bytes=5-99'),
  ranged('bytes=9-9'),
  ranged('BYTES=2-4'),
  ranged('bytes=10-'),
  ranged('bytes=10-12'),
  ranged('bytes=-0'),
  ranged('bytes=4-2'),
  ranged('bytes=x'),
  ranged('bytes='),
  ranged('bytes=1'),
  ranged('bytes=1-x'),
  ranged('bytes=99999999999999999999-'),
  ranged('lines=0-1'),
  ranged('bytes 0-1'),
  ranged('bytes=0-1,4-5'),
  ranged('bytes= 0-1 , 4-5'),
  ranged('bytes=4-5,0-1'),
  ranged('bytes=0-1,-2'),
  ranged('bytes=0-1,20-30'),
  ranged('bytes=20-30,40-50'),
  ranged('bytes=0-4,2-6'),
  ranged('bytes=0-8,0-8'),
  ranged('bytes=0-1,4-2'),
  ranged('bytes=0-1,x'),
  ranged(`bytes=${Array.from({ length: 11 }, () => '0-0').join()}`),
  {
    asked: { Range: 'bytes=2-4' },
    method: 'HEAD',
    differs: ['200', 'only GET has ranges: RFC 9110 §14.2'],
  },
  // Ranges of a version.
  { asked: { Range: 'bytes=2-4', 'If-Range': 'TAG' } },
  { asked: { Range: 'bytes=2-4', 'If-Range': '"x"' } },
  { asked: { Range: 'bytes=2-4', 'If-Range': same } },
  { asked: { Range: 'bytes=2-4', 'If-Range': later } },
  { asked: { Range: 'bytes=2-4', 'If-Range': earlier } },
  { asked: { Range: 'bytes=2-4', 'If-Range': 'nonsense' } },
  { asked: { Range: 'bytes=0-1,4-5', 'If-Range': 'TAG' } },
  { asked: { Range: 'bytes=2-4', 'If-None-Match': 'TAG' } },
  { asked: { Range: 'bytes=20-', 'If-None-Match': 'TAG' } },
  { asked: { Range: 'bytes=20-', 'If-Range': '"x"' } },
  // An empty file.
  { asked: {}, path: '/empty.txt' },
  { asked: { Range: 'bytes=0-' }, path: '/empty.txt' },
  { asked: { Range: 'bytes=-1' }, path: '/empty.txt' },
  {
    asked: { Range: 'bytes=5-' },
    path: '/empty.txt',
    differs: ['200', 'an empty file has no ranges, so the range is ignored'],
  },
  // A file that is streamed.
  { asked: {}, path: '/large.bin' },
  { asked: { Range: 'bytes=299990-300010' }, path: '/large.bin' },
  { asked: { Range: 'bytes=-7,0-6' }, path: '/large.bin' },
  { asked: { Range: 'bytes=100-299999' }, path: '/large.bin' },
  // A file with a compressed variant.
  { asked: { 'Accept-Encoding': 'gzip' }, path: '/site.css' },
  { asked: { 'Accept-Encoding': 'gzip;q=0' }, path: '/site.css' },
  { asked: {}, path: '/site.css' },
  {
    asked: { 'Accept-Encoding': 'gzip', Range: 'bytes=0-4' },
    path: '/site.css',
    differs: ['206', 'the compressed variant also has ranges, and its own tag'],
  },
  { asked: { 'Accept-Encoding': 'gzip', 'If-None-Match': 'TAG' }, path: '/site.css' },
]

describe.runIf(hasNginx())('the response equals that of nginx', () => {
  const { path: folder, write } = ownFolder()
  let nginx: Nginx
  let service: Service
  let places: readonly Place[] = []

  beforeAll(async () => {
    const css = 'a { color: red }\n'.repeat(50)
    await write({
      'root/a.txt': 'abcdefghij',
      'root/empty.txt': '',
      'root/large.bin': LARGE,
      'root/site.css': css,
      'root/site.css.gz': gzipSync(css),
    })
    nginx = await startNginx(join(folder, 'nginx'), join(folder, 'root'))
    const app = new Phial(import.meta.url, { staticFolder: join(folder, 'root'), staticUrlPath: '/' }) // prettier-ignore
    service = await serve(app, { bind: `unix:${folder}/phial.sock` })
    places = [nginx.place, join(folder, 'phial.sock')]
  })

  afterAll(async () => {
    await service.close(true)
    await nginx[Symbol.asyncDispose]()
  })

  /** Returns the responses of both servers. TAG is replaced by the tag of each. */
  const both = ({ asked, method = 'GET', path = '/a.txt' }: Row): Promise<Seen[]> =>
    Promise.all(
      places.map(async (place) => {
        const accept = { 'Accept-Encoding': asked['Accept-Encoding'] ?? 'identity' }
        const { headers } = await ask(place, 'GET', path, accept)
        const tag = headers.find(([name]) => name.toLowerCase() === 'etag')?.[1] ?? ''
        const sent = Object.entries(asked).map(([name, value]) => [name, value.replace('TAG', tag)])
        return seen(await ask(place, method, path, Object.fromEntries(sent)), tag)
      }),
    ).finally(quiet)

  for (const row of rows) {
    const { method = 'GET', path = '/a.txt', asked, differs } = row
    const name = `${method} ${path} ${JSON.stringify(asked)}`
    if (differs === undefined) {
      test(name, async () => {
        const [theirs, ours] = await both(row)
        expect(ours).toEqual(theirs)
      })
    } else {
      const [status, because] = differs
      test(`${name}: ${status}, ${because}`, async () => {
        const [theirs, ours] = await both(row)
        expect(ours?.status).toBe(status)
        expect(theirs?.status).not.toBe(status)
      })
    }
  }
})

interface Seen {
  readonly status: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: unknown
}

/** Returns the parts of a response to compare: of a success, the body and the headers that describe it; of an error, the status and `Content-Range`. */
function seen(answer: Awaited<ReturnType<typeof ask>>, tag: string): Seen {
  const headers = new Map(answer.headers.map(([name, value]) => [name.toLowerCase(), value]))
  const status = answer.status.slice(0, 3)
  const range = headers.get('content-range')
  if (status >= '400') return { status, headers: { range }, body: undefined }
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const parts = type === 'multipart/byteranges' ? partsOf(answer.body, headers) : undefined
  return {
    status,
    headers: {
      range,
      type,
      tag: headers.get('etag') === tag ? 'TAG' : headers.get('etag'),
      modified: headers.get('last-modified'),
      encoding: headers.get('content-encoding'),
      vary: type === 'text/css' ? headers.get('vary') : undefined,
      length: parts ? undefined : headers.get('content-length'),
      // nginx omits it from a 206, and does not support ranges of compressed variants.
      ranges:
        status === '200' && !headers.has('content-encoding')
          ? headers.get('accept-ranges')
          : undefined,
    },
    body: parts ?? answer.body,
  }
}

/** Returns the range and bytes of each part, and checks the total length. */
function partsOf(body: string, headers: ReadonlyMap<string, string>): unknown[] {
  expect(headers.get('content-length')).toBe(String(body.length))
  const boundary = /boundary=(.+)$/.exec(headers.get('content-type') ?? '')?.[1] ?? ''
  const [before, ...pieces] = body.split(`\r\n--${boundary}`)
  expect([before, pieces.pop()]).toEqual(['', '--\r\n'])
  return pieces.map((piece) => {
    const [, type, range, bytes] =
      /^\r\nContent-Type: ([\w/]+).*\r\nContent-Range: (.+)\r\n\r\n([^]*)$/.exec(piece) ?? []
    return { type, range, bytes }
  })
}
