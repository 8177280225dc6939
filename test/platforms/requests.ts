/** What every platform is asked. */
import type { ClientRequest } from '@phial/core/conformance'

/** A request to the example site, with the name that the page gives it. */
export interface SiteRequest extends ClientRequest {
  readonly name: string
}

type Headers = NonNullable<ClientRequest['headers']>

const FORM = ['Content-Type', 'application/x-www-form-urlencoded'] as const
const MULTIPART = [
  '--x',
  'Content-Disposition: form-data; name="text"',
  '',
  'Ann & Bob',
  '--x--',
  '',
]

const get = (name: string, target: string, headers: Headers = []): SiteRequest => ({
  name,
  target,
  headers,
})

const post = (
  name: string,
  body: readonly string[],
  headers: Headers = [[...FORM]],
  target = '/telegrams',
): SiteRequest => ({ name, target, method: 'POST', headers, body })

/** A cookie that was signed for this test's secret would go out of date, so this one is not signed. */
const FORGED: Headers = [['Cookie', 'session=eyJ0ZWxlZ3JhbSI6ImhpIn0.tpa43t.forged; other=1']]

const asked: readonly SiteRequest[] = [
  get('a page', '/'),
  get('a page with an empty query', '/?'),
  { name: 'HEAD of a page', target: '/', method: 'HEAD' },
  { name: 'OPTIONS of a page', target: '/', method: 'OPTIONS' },
  get('a page with a forged session', '/', FORGED),
  post('a form', ['text=Ann+%26+Bob']),
  post('a form in UTF-8', ['text=Gr%C3%BC%C3%9Fe+%E2%9C%93']),
  post('a form in chunks', ['text=Ann', '+%26+', 'Bob']),
  post(
    'a multipart form',
    [MULTIPART.join('\r\n')],
    [['Content-Type', 'multipart/form-data; boundary=x']],
  ),
  post('an empty text', ['text=']),
  post('a form without its field', ['other=1']),
  post('a body without a type', ['text=hi'], []),
  post('no body at all', []),
  post('a body that is too large', ['text=', 'x'.repeat(20_000)]),
  post('a form of another site', ['text=hi'], [[...FORM], ['Origin', 'https://evil.example']]),
  post(
    'a form of another site, by Sec-Fetch-Site',
    ['text=hi'],
    [[...FORM], ['Sec-Fetch-Site', 'cross-site']],
  ),
  { name: 'a method that the path does not have', target: '/telegrams' },
  { name: 'a method that nobody knows', target: '/', method: 'BREW' },
  { name: 'PATCH', target: '/price', method: 'PATCH', headers: [[...FORM]], body: ['a=b'] },
  get('JSON', '/price?text=arriving+at+noon'),
  get('JSON of text in UTF-8', '/price?text=gr%C3%BC%C3%9Fe%20%E2%9C%93'),
  get('a query that is not UTF-8', '/price?text=%ff%zz'),
  get('a query with every ASCII sign', '/price?text=!"$&\'()*+,-./:;=?@[\\]^_`{|}~'),
  { name: 'HEAD of JSON', target: '/price?text=one', method: 'HEAD' },
  get('a stream', '/tape.txt?text=hello'),
  get('a streamed template', '/tape?text=hello'),
  get('an empty stream', '/tape.txt?text='),
  { name: 'HEAD of a stream', target: '/tape.txt', method: 'HEAD' },
  get('a static file', '/static/office.css'),
  { name: 'HEAD of a static file', target: '/static/office.css', method: 'HEAD' },
  get('a static file for a client that takes gzip', '/static/office.css', [
    ['Accept-Encoding', 'gzip, br'],
  ]),
  get('a part of a static file', '/static/office.css', [['Range', 'bytes=0-15']]),
  get('two parts of a static file', '/static/office.css', [['Range', 'bytes=0-3,8-11']]),
  get('a part that a static file does not have', '/static/office.css', [['Range', 'bytes=99999-']]),
  get('a static file that the client has', '/static/key.svg', [['If-None-Match', '*']]),
  get('a static file that the client had', '/static/key.svg', [['If-None-Match', '"old"']]),
  get('a static file that is missing', '/static/missing.css'),
  get('an unknown path', '/nowhere'),
  get('an unknown path in UTF-8', '/caf%C3%A9'),
  get('an encoded slash', '/static%2Foffice.css'),
  get('an escape that is none', '/%zz'),
  get('an encoded percent sign', '/%2541'),
  get('dots in a path', '/static/../price?text=one'),
  get('encoded dots in a path', '/static/%2e%2e/price?text=one'),
  get('two slashes', '//price?text=one'),
  get('a slash too many', '/price/?text=one'),
  get('a header in Latin-1', '/', [['X-Name', 'J\u00fcrgen']]),
  get('a header that comes twice', '/', [
    ['Accept', 'text/html'],
    ['Accept', 'text/plain'],
  ]),
]

/** The same on every platform, with the host that the site has. */
export const requests: readonly SiteRequest[] = asked.map(({ headers = [], ...request }) => ({
  ...request,
  headers: [['Host', 'office.example'], ...headers],
}))
