/** A captured request as a test of Vitest: what the application answers now is what it shall answer. */
import { inspect } from 'node:util'
import type { CallAnswer } from '@phial/core'
import { type Capture, requestOf } from './replay.ts'

/** Longer texts are compared by their beginning. */
const LONGEST = 2000

/** How a test gets at the application: `import { app } from './app.ts'`, and `app`. */
export interface Imported {
  readonly statement: string
  readonly expression: string
}

/** The text of a test file, which passes as long as the answer is what it is. */
export function testOf(
  capture: Capture,
  { statement, expression }: Imported,
  answer: CallAnswer,
): string {
  const { method = 'GET', path = '/', headers, body } = requestOf(capture)
  const request = { method, path, headers }
  const lines = literal(request).slice(1, -1).trim().replace(/,$/, '')
  return `import { record } from '@phial/xray'
import { expect, test } from 'vitest'
${statement}

test(${literal(`${method} ${path} answers ${answer.status}`)}, async () => {
  const { answer } = await record(${expression}, {
    ${lines},${body instanceof Uint8Array ? `\n    body: ${bodyText(body)},` : ''}
  })
  expect(answer?.status).toBe(${literal(answer.status)})
${typeOf(answer)}  ${expected(answer)}
})
`
}

function bodyText(body: Uint8Array): string {
  const text = Buffer.from(body).toString('utf8')
  return Buffer.from(text).equals(body)
    ? literal(text)
    : `Buffer.from(${literal(Buffer.from(body).toString('base64'))}, 'base64')`
}

function typeOf({ headers }: CallAnswer): string {
  const type = headers.find(([name]) => name.toLowerCase() === 'content-type')
  return type === undefined ? '' : `  expect(answer?.headers).toContainEqual(${literal(type)})\n`
}

function expected({ body, text }: CallAnswer): string {
  if (!Buffer.from(text()).equals(body)) return `expect(answer?.body).toHaveLength(${body.length})`
  return text().length > LONGEST
    ? `expect(answer?.text().slice(0, ${LONGEST})).toBe(${literal(text().slice(0, LONGEST))})`
    : `expect(answer?.text()).toBe(${literal(text())})`
}

/** As TypeScript writes it, each list of the outer object in lines of its own. */
function literal(value: unknown): string {
  return inspect(value, {
    depth: null,
    breakLength: 88,
    maxStringLength: null,
    maxArrayLength: null,
  }).replaceAll('\n', '\n  ')
}
