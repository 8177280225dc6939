import { expect, test } from 'vitest'
import { BodyCapture, MAX_BODY } from '../../packages/xray/src/body.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function kept(...pieces: Uint8Array[]): BodyCapture['captured'] {
  const body = new BodyCapture()
  for (const piece of pieces) body.add(piece)
  return body.captured
}

test('captures text as text with its secrets masked, regardless of how it was split', () => {
  const [whole, secret] = [bytes('name=Zoë'), bytes('&password=hunter2')]
  expect(kept(whole.subarray(0, 7), whole.subarray(7), secret)).toEqual({
    text: 'name=Zoë&password=•••(7)',
    bytes: 26,
    isCut: false,
  })
})

test('captures bytes that are not text in base64', () => {
  expect(kept(Uint8Array.of(0xff, 0, 1))).toEqual({ base64: '/wAB', bytes: 3, isCut: false })
  expect(kept(bytes('ë').subarray(0, 1))).toMatchObject({ base64: 'ww==' })
})

test('masks the fields of a form that contains a file', () => {
  const field = bytes(
    '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc\r\n--x\r\n\r\n',
  )
  const form = kept(field, Uint8Array.of(0xff, 0xfe))
  expect('base64' in form && Buffer.from(form.base64, 'base64').toString('latin1')).toContain(
    '***(3)',
  )
})

test('captures up to the limit and sets isCut, without cutting a character in two', () => {
  const body = kept(bytes('a'), bytes('é'.repeat(MAX_BODY)), bytes('more'))
  expect(body).toMatchObject({ bytes: 2 * MAX_BODY + 5, isCut: true })
  expect('text' in body && body.text.length).toBe(MAX_BODY / 2)
})

test('captures an empty body as an empty text', () => {
  expect(kept()).toEqual({ text: '', bytes: 0, isCut: false })
})
