/** Converts the options of a test request to headers and a body, or to an environ. */
import {
  withCode,
  type Environ,
  environKey,
  inputStream,
  setupTestingDefaults,
  splitTarget,
} from '@phial/core'
import {
  addressOf,
  type TestAddressOptions,
  baseOf,
  locatedEnviron,
  type Placement,
  withOverrides,
} from './address.ts'

/** Values for a query or a form. An array repeats the name. */
export type TestValues = Readonly<
  Record<string, string | number | boolean | readonly (string | number | boolean)[]>
>

/** Files for a form: `{ photo: new File([bytes], 'me.png', { type: 'image/png' }) }`. An array repeats the name. */
export type TestFiles = Readonly<Record<string, Blob | readonly Blob[]>>

/** The options of a test request. `json`, `body` and a form are mutually exclusive. */
export interface TestRequestOptions extends TestAddressOptions {
  /** Default `GET`. */
  method?: string
  /** Added to the query of the path. */
  query?: string | URLSearchParams | TestValues
  headers?: Readonly<Record<string, string>>
  /** A body, sent as JSON. */
  json?: unknown
  /** A form: urlencoded, or multipart if it is a `FormData` or comes with `files`. */
  form?: TestValues | URLSearchParams | FormData
  /** Sent as a multipart form, after the fields of `form`. */
  files?: TestFiles
  body?: string | Uint8Array
  /** Keys that override the environ: `{ REMOTE_ADDR: '10.0.0.1' }`. */
  environ?: Readonly<Record<string, unknown>>
  /** Whether to follow redirects. The responses on the way are in `history`. Default false. */
  followRedirects?: boolean
}

/** Headers and body of a request. A multipart form is encoded when its bytes are read. */
export interface TestMessage {
  readonly headers: Headers
  readonly body: string | Uint8Array | Response | undefined
}

/** Returns the headers and the body of a request. Throws `TypeError` if it has more than one body. */
export function messageOf(options: TestRequestOptions): TestMessage {
  const bodies = (['json', 'body'] as const).filter((name) => options[name] !== undefined)
  const isForm = options.form !== undefined || options.files !== undefined
  if (bodies.length + Number(isForm) > 1) {
    const names = [...bodies, ...(isForm ? ['form'] : [])].join(' and ')
    throw withCode(
      'ERR_PHIAL_TEST_BODY',
      new TypeError(`Expected one body for the request, received ${names}. Pass only one of them.`),
    )
  }
  const [type, body] = encode(options)
  const headers = new Headers(type === '' ? {} : { 'content-type': type })
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  return { headers, body }
}

function encode(options: TestRequestOptions): [type: string, body: TestMessage['body']] {
  const { json, form, files, body } = options
  if (json !== undefined) return ['application/json', JSON.stringify(json)]
  if (form === undefined && files === undefined) return ['', body]
  if (files === undefined && form !== undefined && !(form instanceof FormData)) {
    return ['application/x-www-form-urlencoded', searchParams(form).toString()]
  }
  const encoded = new Response(multipart(form ?? {}, files ?? {}))
  return [encoded.headers.get('content-type') ?? '', encoded]
}

function multipart(form: TestValues | URLSearchParams | FormData, files: TestFiles): FormData {
  const data = new FormData()
  for (const [name, value] of form instanceof FormData ? form : searchParams(form)) {
    if (typeof value === 'string') data.append(name, value)
    else data.append(name, value, value.name)
  }
  for (const [name, value] of Object.entries(files)) {
    for (const file of value instanceof Blob ? [value] : value) data.append(name, file)
  }
  return data
}

/** Returns the bytes of a body. */
export async function bytesOf(body: NonNullable<TestMessage['body']>): Promise<Uint8Array> {
  if (body instanceof Uint8Array) return body
  if (typeof body === 'string') return new TextEncoder().encode(body)
  return new Uint8Array(await body.arrayBuffer())
}

/** Returns a path with an extended query. Text may begin with `?`. */
export function withQuery(path: string, query: TestRequestOptions['query'] = ''): string {
  const more = typeof query === 'string' ? query.replace(/^\?/, '') : searchParams(query).toString()
  if (more === '') return path
  const [plain = '', ...fragment] = path.split('#')
  const joined = `${plain}${plain.includes('?') ? '&' : '?'}${more}`
  return [joined, ...fragment].join('#')
}

function searchParams(values: TestValues | URLSearchParams): URLSearchParams {
  if (values instanceof URLSearchParams) return values
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? (value as unknown[]) : [value]) {
      params.append(name, String(item))
    }
  }
  return params
}

/** Returns the environ of a simulated request, for a context. The settings define the address of the app. */
export function testEnviron(path: string, options: TestRequestOptions, place: Placement): Environ {
  const { method = 'GET', query, environ = {} } = options
  const { headers, body } = messageOf(options)
  const base = withOverrides(baseOf(options, place), environ, headers)
  const address = addressOf(withQuery(path, query), base)
  const made: Record<string, unknown> = {
    ...locatedEnviron(address),
    REQUEST_METHOD: method,
    QUERY_STRING: splitTarget(address.target).query,
    RAW_URI: address.target,
    HTTP_HOST: address.host,
  }
  for (const [name, value] of headers) {
    const key = environKey(name)
    if (key !== undefined) made[key] = value
  }
  return setupTestingDefaults({ ...made, ...bodyEnviron(body), ...environ })
}

function bodyEnviron(body: TestMessage['body']): Record<string, unknown> {
  if (body === undefined) return {}
  const input = inputStream(chunksOf(body))
  const length = typeof body === 'string' ? new TextEncoder().encode(body).byteLength : undefined
  const known = body instanceof Uint8Array ? body.byteLength : length
  return {
    'wsgi.input': input,
    'wsgi.input_terminated': true,
    ...(known === undefined
      ? { HTTP_TRANSFER_ENCODING: 'chunked' }
      : { CONTENT_LENGTH: String(known) }),
  }
}

async function* chunksOf(body: NonNullable<TestMessage['body']>): AsyncGenerator<Uint8Array> {
  yield await bytesOf(body)
}
