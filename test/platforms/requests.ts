/** The requests that are sent to every platform. */
import type { ClientRequest } from '@phial/core/conformance'

/** A request to the example site, with its name in docs/embedding.md. */
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

/** An invalid session cookie. A valid one would expire. */
const FORGED: Headers = [['Cookie', 'session=eyJ0ZWxlZ3JhbSI6ImhpIn0.tpa43t.forged; other=1']]

const siteRequests: readonly SiteRequest[] = [
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
  post('a cross-site form', ['text=hi'], [[...FORM], ['Origin', 'https://evil.example']]),
  post(
    'a cross-site form, by Sec-Fetch-Site',
    ['text=hi'],
    [[...FORM], ['Sec-Fetch-Site', 'cross-site']],
  ),
  { name: 'a method that the path does not allow', target: '/telegrams' },
  { name: 'an unknown method', target: '/', method: 'BREW' },
  { name: 'PATCH', target: '/price', method: 'PATCH', headers: [[...FORM]], body: ['a=b'] },
  get('JSON', '/price?text=arriving+at+noon'),
  get('JSON of text in UTF-8', '/price?text=gr%C3%BC%C3%9Fe%20%E2%9C%93'),
  get('a query that is not UTF-8', '/price?text=%ff%zz'),
  get('a query with all ASCII punctuation', '/price?text=!"$&\'()*+,-./:;=?@[\\]^_`{|}~'),
  { name: 'HEAD of JSON', target: '/price?text=one', method: 'HEAD' },
  get('a stream', '/tape.txt?text=hello'),
  get('a streamed template', '/tape?text=hello'),
  get('an empty stream', '/tape.txt?text='),
  { name: 'HEAD of a stream', target: '/tape.txt', method: 'HEAD' },
  get('a static file', '/static/office.css'),
  { name: 'HEAD of a static file', target: '/static/office.css', method: 'HEAD' },
  get('a static file with Accept-Encoding: gzip', '/static/office.css', [
    ['Accept-Encoding', 'gzip, br'],
  ]),
  get('a range of a static file', '/static/office.css', [['Range', 'bytes=0-15']]),
  get('two ranges of a static file', '/static/office.css', [['Range', 'bytes=0-3,8-11']]),
  get('an unsatisfiable range of a static file', '/static/office.css', [['Range', 'bytes=99999-']]),
  get('a static file with a matching If-None-Match', '/static/key.svg', [['If-None-Match', '*']]),
  get('a static file with an outdated If-None-Match', '/static/key.svg', [
    ['If-None-Match', '"old"'],
  ]),
  get('a missing static file', '/static/missing.css'),
  get('an unknown path', '/nowhere'),
  get('an unknown path in UTF-8', '/caf%C3%A9'),
  get('an encoded slash', '/static%2Foffice.css'),
  get('an invalid escape', '/%zz'),
  get('an encoded percent sign', '/%2541'),
  get('dots in a path', '/static/../price?text=one'),
  get('encoded dots in a path', '/static/%2e%2e/price?text=one'),
  get('two slashes', '//price?text=one'),
  get('an extra trailing slash', '/price/?text=one'),
  get('a header in Latin-1', '/', [['X-Name', 'J\u00fcrgen']]),
  get('a repeated header', '/', [
    ['Accept', 'text/html'],
    ['Accept', 'text/plain'],
  ]),
]

/** The requests, with the host of the site. */
export const requests: readonly SiteRequest[] = siteRequests.map(
  ({ headers = [], ...request }) => ({
    ...request,
    headers: [['Host', 'office.example'], ...headers],
  }),
)
