import { expect, test } from 'vitest'
import { KeptBody, MOST_BODY } from '../../packages/xray/src/body.ts'

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

function kept(...pieces: Uint8Array[]): KeptBody['captured'] {
  const body = new KeptBody()
  for (const piece of pieces) body.add(piece)
  return body.captured
}

test('text, whatever the pieces, without its secrets', () => {
  const [whole, secret] = [bytes('name=Zoë'), bytes('&password=hunter2')]
  expect(kept(whole.subarray(0, 7), whole.subarray(7), secret)).toEqual({
    text: 'name=Zoë&password=•••(7)',
    bytes: 26,
    isCut: false,
  })
})

test('bytes that are no text, in base64', () => {
  expect(kept(Uint8Array.of(0xff, 0, 1))).toEqual({ base64: '/wAB', bytes: 3, isCut: false })
  expect(kept(bytes('ë').subarray(0, 1))).toMatchObject({ base64: 'ww==' })
})

test('the fields of a form with a file, without their secrets', () => {
  const field = bytes(
    '--x\r\nContent-Disposition: form-data; name="token"\r\n\r\nabc\r\n--x\r\n\r\n',
  )
  const form = kept(field, Uint8Array.of(0xff, 0xfe))
  expect('base64' in form && Buffer.from(form.base64, 'base64').toString('latin1')).toContain(
    '***(3)',
  )
})

test('so much of it, and says that it is cut; a character is not cut in two', () => {
  const body = kept(bytes('a'), bytes('é'.repeat(MOST_BODY)), bytes('more'))
  expect(body).toMatchObject({ bytes: 2 * MOST_BODY + 5, isCut: true })
  expect('text' in body && body.text.length).toBe(MOST_BODY / 2)
})

test('nothing is nothing', () => {
  expect(kept()).toEqual({ text: '', bytes: 0, isCut: false })
})
