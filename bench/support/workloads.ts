/** The request of each workload, and the check of its answer before it is measured. */
import assert from 'node:assert/strict'
import { HELLO, ROWS, user, type Workload } from '../peers/work.ts'

export interface Asked {
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

interface Work extends Asked {
  /** The approximate length of the answer's body, in bytes. */
  readonly size: number
  /** Throws if the answer is wrong. */
  check(answer: Response, body: string): void
}

/** The file of the workload `static`. */
export const FILE: { readonly name: string; readonly text: string } = {
  name: 'file.txt',
  text: 'The quick brown fox jumps over the lazy dog. 12\n'.repeat(1366).slice(0, 65_536),
}

const ITEM = { id: 7, title: 'A post', tags: ['one', 'two'], text: 'x'.repeat(80) }
const JSON_BODY = JSON.stringify({
  items: Array.from({ length: 7 }, () => ITEM),
  more: 'y'.repeat(44),
})

const FIELDS = Object.fromEntries(
  Array.from({ length: 10 }, (_, at) => [`field${at}`, `value & more ${at}`]),
)

const BROWSER: Readonly<Record<string, string>> = {
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0',
  Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8',
  'Accept-Language': 'en-US,en;q=0.5',
  'Accept-Encoding': 'gzip, deflate, br, zstd',
  'Cache-Control': 'no-cache',
  Cookie: 'theme=dark; language=en; visited=1764400000; consent=necessary',
  DNT: '1',
  Pragma: 'no-cache',
  Referer: 'http://localhost/',
  'Sec-Fetch-Dest': 'document',
  'Sec-Fetch-Mode': 'navigate',
  'Sec-Fetch-Site': 'same-origin',
  'Upgrade-Insecure-Requests': '1',
}

const get = (path: string, headers: Asked['headers'] = {}) =>
  ({ method: 'GET', path, headers }) as const
const post = (path: string, type: string, body: string) =>
  ({ method: 'POST', path, headers: { 'Content-Type': type }, body }) as const

const isText = (expected: string) => (answer: Response, body: string) => {
  assert.match(answer.headers.get('content-type') ?? '', /^text\/plain\b/)
  assert.equal(body, expected)
}

/** Checks that an answer is this JSON, with its keys in any order. */
const isJson = (expected: unknown) => (answer: Response, body: string) => {
  assert.match(answer.headers.get('content-type') ?? '', /^application\/json\b/)
  assert.deepEqual(JSON.parse(body), expected)
}

const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Members</title></head><body>
<header><a href="/">Home</a></header><main><table>${ROWS.map(
  ({ name, mail, city }) => `<tr><td>${name}</td><td>${mail}</td><td>${city}</td></tr>`,
).join('')}</table></main></body></html>`
const unescaped = (html: string): string =>
  html.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
const packed = (html: string): string => html.replaceAll(/\s+/g, '')

export const works: Readonly<Record<Workload, Work>> = {
  hello: { ...get('/'), size: 12, check: isText(HELLO) },
  params: { ...get('/users/12345?verbose=1'), size: 194, check: isJson(user('12345', true)) },
  template: {
    ...get('/table'),
    size: PAGE.length,
    check(answer, body) {
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html\b/)
      assert.match(packed(body), /<td>Ann&amp;Bob49<\/td><td>&lt;ann49@/)
      assert.equal(packed(unescaped(body)), packed(PAGE))
    },
  },
  json: {
    ...post('/json', 'application/json', JSON_BODY),
    size: 1024,
    check: isJson(JSON.parse(JSON_BODY)),
  },
  form: {
    ...post('/form', 'application/x-www-form-urlencoded', new URLSearchParams(FIELDS).toString()),
    size: JSON.stringify(FIELDS).length,
    check: isJson(FIELDS),
  },
  static: {
    ...get(`/static/${FILE.name}`),
    size: FILE.text.length,
    check(answer, body) {
      assert.match(answer.headers.get('content-type') ?? '', /^text\/plain\b/)
      assert.ok(Date.parse(answer.headers.get('last-modified') ?? '') > 0, 'no Last-Modified')
      assert.equal(body, FILE.text)
    },
  },
  stream: {
    ...get('/stream'),
    size: 102_400,
    check(answer, body) {
      assert.equal(answer.headers.get('content-length'), null)
      assert.equal(body, 'x'.repeat(100 * 1024))
    },
  },
  hooks: { ...get('/'), size: 12, check: isText(HELLO) },
  browser: { ...get('/', BROWSER), size: 12, check: isText(HELLO) },
  session: { ...get('/session'), size: 1, check: isText('1') },
}

const ask = async (url: string, { path, body, ...options }: Asked): Promise<[Response, string]> => {
  const answer = await fetch(url + path, body === undefined ? options : { ...options, body })
  return [answer, await answer.text()]
}

const cookies = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';', 1)[0] ?? '')
    .join('; ')

/** Checks that a session counts up, is signed, and is rejected if it was altered. */
async function checkSession(url: string, asked: Asked, first: Response): Promise<Asked> {
  for (const cookie of first.headers.getSetCookie()) assert.match(cookie, /httponly/i)
  const known = { ...asked, headers: { Cookie: cookies(first) } }
  const [second, body] = await ask(url, known)
  assert.equal(body, '2')
  const [, third] = await ask(url, { ...asked, headers: { Cookie: cookies(second) } })
  assert.equal(third, '3')
  const forged = known.headers.Cookie.replaceAll(/.(?=;|$)/g, (last) => (last === 'A' ? 'Q' : 'A'))
  const [, fourth] = await ask(url, { ...asked, headers: { Cookie: forged } })
  assert.equal(fourth, '1', 'a session with another signature was accepted')
  return known
}

/** Checks the answer of a server. Resolves to the request for the load generator. */
export async function verify(url: string, workload: Workload): Promise<Asked> {
  const { check, size: _size, ...asked } = works[workload]
  const [answer, body] = await ask(url, asked)
  assert.equal(answer.status, 200, body)
  check(answer, body)
  return workload === 'session' ? checkSession(url, asked, answer) : asked
}
