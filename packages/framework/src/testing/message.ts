/** What a test asks: from its options to headers and a body, or to an environ. */
import {
  withCode,
  decodePath,
  type Environ,
  environKey,
  setupTestingDefaults,
  splitTarget,
  textToWsgi,
} from '@phial/core'

/** Values for a query or a form. A list gives a name several times. */
export type TestValues = Readonly<
  Record<string, string | number | boolean | readonly (string | number | boolean)[]>
>

/** Files for a form: `{ photo: new File([bytes], 'me.png', { type: 'image/png' }) }`. A list gives a name several times. */
export type TestFiles = Readonly<Record<string, Blob | readonly Blob[]>>

/** What is asked beside the path. `json`, `body` and a form exclude each other. */
export interface TestRequestOptions {
  method?: string
  /** Added to what the path has already. */
  query?: string | URLSearchParams | TestValues
  headers?: Readonly<Record<string, string>>
  /** Sent as JSON. */
  json?: unknown
  /** Sent as a form: urlencoded, or multipart if it is a `FormData` or comes with `files`. */
  form?: TestValues | URLSearchParams | FormData
  /** Sent as a multipart form, after what `form` has. */
  files?: TestFiles
  body?: string | Uint8Array
  /** Put into the environ last: `{ REMOTE_ADDR: '10.0.0.1' }`. */
  environ?: Readonly<Record<string, unknown>>
  /** Whether redirects are followed; the answers on the way are the answer's `history`. Default false. */
  followRedirects?: boolean
}

/** What is sent. */
export interface TestMessage {
  readonly headers: Headers
  readonly body: string | Uint8Array | undefined
}

/** The headers and the body of a request. Raises `TypeError` if it has more than one body. */
export async function messageOf(options: TestRequestOptions): Promise<TestMessage> {
  const given = (['json', 'body'] as const).filter((name) => options[name] !== undefined)
  const isForm = options.form !== undefined || options.files !== undefined
  if (given.length + Number(isForm) > 1) {
    const names = [...given, ...(isForm ? ['form'] : [])].join(' and ')
    throw withCode(
      'ERR_PHIAL_TEST_BODY',
      new TypeError(`A request has one body, and this one was given ${names}. Leave one out.`),
    )
  }
  const [type, body] = await encode(options)
  const headers = new Headers(type === '' ? {} : { 'content-type': type })
  for (const [name, value] of Object.entries(options.headers ?? {})) headers.set(name, value)
  return { headers, body }
}

async function encode({
  json,
  form,
  files,
  body,
}: TestRequestOptions): Promise<[type: string, body: string | Uint8Array | undefined]> {
  if (json !== undefined) return ['application/json', JSON.stringify(json)]
  if (form === undefined && files === undefined) return ['', body]
  if (files === undefined && form !== undefined && !(form instanceof FormData)) {
    return ['application/x-www-form-urlencoded', searchParams(form).toString()]
  }
  const encoded = new Response(multipart(form ?? {}, files ?? {}))
  const type = encoded.headers.get('content-type') ?? ''
  return [type, new Uint8Array(await encoded.arrayBuffer())]
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

/** A path with more of a query. Text may begin with `?`. */
export function withQuery(path: string, query: TestRequestOptions['query'] = ''): string {
  const more = typeof query === 'string' ? query.replace(/^\?/, '') : searchParams(query).toString()
  if (more === '') return path
  return `${path}${path.includes('?') ? '&' : '?'}${more}`
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

/** The environ of a request without a body, for a context that no server opened. */
export function testEnviron(target: string, options: TestRequestOptions): Environ {
  const { method = 'GET', headers = {} } = options
  const asked = withQuery(target.startsWith('/') ? target : `/${target}`, options.query)
  const { path, query } = splitTarget(asked)
  const environ: Record<string, unknown> = {
    REQUEST_METHOD: method,
    SCRIPT_NAME: '',
    PATH_INFO: decodePath(textToWsgi(path)),
    QUERY_STRING: query,
    HTTP_HOST: 'localhost',
  }
  for (const [name, value] of Object.entries(headers)) {
    const key = environKey(name)
    if (key !== undefined) environ[key] = value
  }
  return setupTestingDefaults({ ...environ, ...options.environ })
}
