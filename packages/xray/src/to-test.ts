/** Converts a captured request to a Vitest test that expects the current answer of the application. */
import type { CallAnswer, CallOptions } from '@phial/core'
import { toBase64 } from './body.ts'
import { type Capture, requestOf } from './replay.ts'
import { quote } from './values.ts'

/** The maximum number of characters of the body that the test compares. */
const LONGEST = 2000

/** How the test imports the application: the statement `import { app } from './app.ts'` and the expression `app`. */
export interface Imported {
  readonly statement: string
  readonly expression: string
}

/**
 * Returns the text of a test file that passes as long as the application returns the same answer.
 *
 * ```ts
 * const capture = readCapture('{"request": {"environ": {"PATH_INFO": "/"}}}')
 * const { answer } = await replay(app, capture)
 * const imported = { statement: "import { app } from './app.ts'", expression: 'app' }
 * if (answer) console.log(testOf(capture, imported, answer))
 * ```
 *
 * @param headers the headers that replaced captured ones
 */
export function testOf(
  capture: Capture,
  { statement, expression }: Imported,
  answer: CallAnswer,
  headers: CallOptions['headers'] = [],
): string {
  const { method, path, ...request } = requestOf(capture, headers)
  return `import { record } from '@phial/xray'
import { expect, test } from 'vitest'
${statement}

test(${quote(`${method} ${path} answers ${answer.status}`)}, async () => {
  const { answer } = await record(${expression}, {
    method: ${quote(method)},
    path: ${quote(path)},
    headers: ${headersText(request.headers)},
${request.body === undefined ? '' : `    body: ${bodyText(request.body)},\n`}  })
  expect(answer?.status).toBe(${quote(answer.status)})
${typeOf(answer)}  ${expected(answer)}
})
`
}

function headersText(headers: readonly [string, string][]): string {
  const lines = headers.map(([name, value]) => `      [${quote(name)}, ${quote(value)}],\n`)
  return lines.length === 0 ? '[]' : `[\n${lines.join('')}    ]`
}

function bodyText(body: Uint8Array): string {
  const text = textIn(body)
  return text === undefined ? `Buffer.from(${quote(toBase64(body))}, 'base64')` : quote(text)
}

function typeOf({ headers }: CallAnswer): string {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')
  return type === undefined
    ? ''
    : `  expect(answer?.headers).toContainEqual([${type.map(quote).join(', ')}])\n`
}

function expected(answer: CallAnswer): string {
  const { body } = answer
  const text = textIn(body)
  if (text === undefined) return `expect(answer?.body).toHaveLength(${body.length})`
  return text.length > LONGEST
    ? `expect(answer?.text().slice(0, ${LONGEST})).toBe(${quote(text.slice(0, LONGEST))})`
    : `expect(answer?.text()).toBe(${quote(text)})`
}

/** Decodes UTF-8, or returns `undefined` if the bytes are not valid. */
function textIn(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return undefined
  }
}
