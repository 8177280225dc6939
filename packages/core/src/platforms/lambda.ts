/** Adapts a gateway application to a handler of AWS Lambda, for function URLs and for HTTP APIs of API Gateway. */
import { Recorder } from '../call.ts'
import { run } from '../driver.ts'
import { makeEnviron } from '../environ.ts'
import { withCode } from '../error-code.ts'
import { errorStream } from '../error-stream.ts'
import { emptyInput, inputStream } from '../input.ts'
import type { ApplicationLike, Environ, HeaderList } from '../types.ts'
import { bytesToWsgi, encodeTarget } from '../url.ts'

/** The part of an event of payload format 2.0 that is used. */
export interface LambdaEvent {
  readonly version: string
  readonly rawPath: string
  readonly rawQueryString: string
  readonly cookies?: readonly string[] | undefined
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly requestContext: {
    readonly domainName: string
    readonly stage: string
    readonly http: {
      readonly method: string
      readonly protocol: string
      readonly sourceIp: string
    }
  }
  readonly body?: string | undefined
  readonly isBase64Encoded: boolean
}

/** A result of payload format 2.0. */
export interface LambdaResult {
  readonly statusCode: number
  /** Names are in lower case. Several values of a name are joined with a comma. */
  readonly headers: Readonly<Record<string, string>>
  readonly cookies: readonly string[]
  /** Encoded as base64. */
  readonly body: string
  readonly isBase64Encoded: true
}

/**
 * Returns an AWS Lambda handler that calls a gateway application, for a function URL or an HTTP API of API Gateway with
 * payload format 2.0. The body is always encoded as base64, so that all bytes are preserved. The event and the context are
 * in `environ['phial.platform']`.
 *
 * ```ts
 * export const handler = lambdaHandler(app)
 * ```
 *
 * The response is returned when it is complete, because Lambda’s streaming requires the Node runtime. If API Gateway
 * prefixes each path with the name of a stage, the prefix becomes `SCRIPT_NAME`.
 *
 * @throws TypeError if the event has another format, and the error of the application if it fails after the head, so that an
 *   incomplete response is not mistaken for a complete one
 */
export function lambdaHandler(
  app: ApplicationLike,
): (event: LambdaEvent, context?: unknown) => Promise<LambdaResult> {
  return async (event, context) => {
    if (event.version !== '2.0') throw otherFormat(event)
    const recorder = new Recorder()
    await run(app, environOf(event, context), recorder)
    if (recorder.brokeOff !== undefined) throw recorder.brokeOff.error
    const { statusCode, headers, body } = recorder.answer()
    return { statusCode, ...toResult(headers, body) }
  }
}

function otherFormat({ version }: { readonly version?: unknown }): TypeError {
  return withCode(
    'ERR_PHIAL_LAMBDA_EVENT',
    new TypeError(
      `lambdaHandler: expected an event of payload format 2.0, received ${JSON.stringify(version) ?? 'one without a version'}. Use a function URL, or set the payload format of the integration to 2.0.`,
    ),
  )
}

function environOf(event: LambdaEvent, context: unknown): Environ {
  const { requestContext, rawQueryString: query } = event
  const { domainName, http } = requestContext
  const path = pathOf(event)
  const bytes = bodyOf(event)
  const environ = makeEnviron({
    method: http.method,
    target: encodeTarget(query === '' ? path : `${path}?${query}`),
    protocol: http.protocol,
    headers: headersOf(event, bytes),
    scheme: 'https',
    serverName: domainName,
    serverPort: '443',
    remoteAddr: http.sourceIp,
    remotePort: '',
    input: bytes === undefined ? emptyInput() : inputStream([bytes]),
    errors: errorStream((text) => console.error(text.trimEnd())),
  })
  environ['phial.platform'] = { name: 'lambda', event, context }
  return belowStage(environ, requestContext)
}

/** Returns the encoded path. A function URL provides it. API Gateway has already decoded it, so it is encoded again: otherwise it would be decoded twice and differ from the path that API Gateway has checked. */
function pathOf({ rawPath, requestContext: { domainName } }: LambdaEvent): string {
  return domainName.includes('.lambda-url.')
    ? rawPath
    : rawPath.replaceAll(/[%?#]/g, encodeURIComponent)
}

function bodyOf({ body, isBase64Encoded }: LambdaEvent): Uint8Array | undefined {
  if (body === undefined) return undefined
  return isBase64Encoded
    ? Uint8Array.from(atob(body), (char) => char.charCodeAt(0))
    : new TextEncoder().encode(body)
}

/** Returns the headers of an event. `Content-Length` is that of the body in the event, which is complete and without transfer coding. */
function headersOf(event: LambdaEvent, body: Uint8Array | undefined): HeaderList {
  const headers = Object.entries(event.headers).flatMap(([name, value]): HeaderList => {
    const isOther = !/^(?:content-length|transfer-encoding|cookie)$/i.test(name)
    return isOther && value !== undefined ? [[name, value]] : []
  })
  const cookie = event.cookies?.join('; ') ?? event.headers['cookie']
  if (cookie !== undefined) headers.push(['cookie', cookie])
  if (body !== undefined) headers.push(['content-length', String(body.byteLength)])
  return headers
}

/** Moves the stage to `SCRIPT_NAME`. Paths contain it on API Gateway's own domain, but not on custom domains. */
function belowStage(
  environ: Environ,
  { stage, domainName }: LambdaEvent['requestContext'],
): Environ {
  const script = `/${stage}`
  const { PATH_INFO: path } = environ
  const isBelow = domainName.includes('.execute-api.') && `${path}/`.startsWith(`${script}/`)
  return isBelow
    ? Object.assign(environ, { SCRIPT_NAME: script, PATH_INFO: path.slice(script.length) })
    : environ
}

function toResult(list: HeaderList, body: Uint8Array): Omit<LambdaResult, 'statusCode'> {
  const headers = new Map<string, string>()
  const cookies: string[] = []
  for (const [name, value] of list) {
    const key = name.toLowerCase()
    if (key === 'set-cookie') cookies.push(value)
    else headers.set(key, [headers.get(key) ?? [], value].flat().join(', '))
  }
  return {
    headers: Object.fromEntries(headers),
    cookies,
    body: btoa(bytesToWsgi(body)),
    isBase64Encoded: true,
  }
}
