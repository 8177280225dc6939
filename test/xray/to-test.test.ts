import type { Application } from '@phial/core'
import { record, testOf } from '@phial/xray'
import { expect, test } from 'vitest'

const imported = { statement: "import { app } from './app.ts'", expression: 'app' }

async function testFor(
  body: Uint8Array,
  options: Parameters<typeof record>[1] = {},
): Promise<string> {
  const app: Application = async (environ, startResponse) => {
    await environ['wsgi.input'].read()
    startResponse('200 OK', [['Content-Type', 'text/plain']])
    return [body]
  }
  const { picture, answer } = await record(app, options)
  if (answer === undefined) throw new Error('expected an answer')
  return testOf(picture, imported, answer)
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

test('generates a test like one written by hand', async () => {
  expect(await testFor(bytes("It's\nme"), { method: 'POST', path: '/a?b=c', body: 'x=1' })).toBe(
    `import { record } from '@phial/xray'
import { expect, test } from 'vitest'
import { app } from './app.ts'

test('POST /a?b=c answers 200 OK', async () => {
  const { answer } = await record(app, {
    method: 'POST',
    path: '/a?b=c',
    headers: [
      ['Host', 'localhost'],
    ],
    body: 'x=1',
  })
  expect(answer?.status).toBe('200 OK')
  expect(answer?.headers).toContainEqual(['Content-Type', 'text/plain'])
  expect(answer?.text()).toBe("It's\\nme")
})
`,
  )
})

test('generates a test with binary bodies', async () => {
  const text = await testFor(Uint8Array.of(0xff), { method: 'POST', body: Uint8Array.of(0xfe) })
  expect(text).toContain("body: Buffer.from('/g==', 'base64')")
  expect(text).toContain('expect(answer?.body).toHaveLength(1)')
})

test('compares only the beginning of a long text', async () => {
  expect(await testFor(bytes('long '.repeat(1000)))).toContain('text().slice(0, 2000)).toBe(')
})
