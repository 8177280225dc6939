/** A captured request as a test of Vitest: what the application answers now is what it shall answer. */
import { inspect } from 'node:util'
import type { CallAnswer, CallOptions } from '@phial/core'
import { type Capture, requestOf } from './replay.ts'

/** Longer texts are compared by their beginning. */
const LONGEST = 2000

/** How a test gets at the application: `import { app } from './app.ts'`, and `app`. */
export interface Imported {
  readonly statement: string
  readonly expression: string
}

/**
 * The text of a test file, which passes as long as the answer is what it is.
 *
 * ```ts
 * const capture = readCapture('{"request": {"environ": {"PATH_INFO": "/"}}}')
 * const { answer } = await replay(app, capture)
 * const imported = { statement: "import { app } from './app.ts'", expression: 'app' }
 * if (answer) console.log(testOf(capture, imported, answer))
 * ```
 *
 * @param headers those that took the place of captured ones
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

test(${literal(`${method} ${path} answers ${answer.status}`)}, async () => {
  const { answer } = await record(${expression}, {
    method: ${literal(method)},
    path: ${literal(path)},
    headers: ${headersText(request.headers)},
${request.body === undefined ? '' : `    body: ${bodyText(request.body)},\n`}  })
  expect(answer?.status).toBe(${literal(answer.status)})
${typeOf(answer)}  ${expected(answer)}
})
`
}

function headersText(headers: readonly [string, string][]): string {
  const lines = headers.map(([name, value]) => `      [${literal(name)}, ${literal(value)}],\n`)
  return lines.length === 0 ? '[]' : `[\n${lines.join('')}    ]`
}

function bodyText(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8')
  return Buffer.from(text).equals(body)
    ? literal(text)
    : `Buffer.from(${literal(Buffer.from(body).toString('base64'))}, 'base64')`
}

function typeOf({ headers }: CallAnswer): string {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')
  return type === undefined
    ? ''
    : `  expect(answer?.headers).toContainEqual([${type.map(literal).join(', ')}])\n`
}

function expected(answer: CallAnswer): string {
  const { body } = answer
  const text = answer.text()
  if (!Buffer.from(text).equals(body)) return `expect(answer?.body).toHaveLength(${body.length})`
  return text.length > LONGEST
    ? `expect(answer?.text().slice(0, ${LONGEST})).toBe(${literal(text.slice(0, LONGEST))})`
    : `expect(answer?.text()).toBe(${literal(text)})`
}

/** A text as TypeScript writes it. */
function literal(text: string): string {
  return inspect(text, { breakLength: Infinity, maxStringLength: null })
}
