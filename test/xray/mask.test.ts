import { expect, test } from 'vitest'
import { isMasked, mask, maskText } from '../../packages/xray/src/mask.ts'

test.for([
  ['HTTP_COOKIE', 'a=secret; b=x', 'a=•••(6); b=•••(1)'],
  ['Set-Cookie', 'session=abc; Path=/', 'session=•••(3); Path=/'],
  ['HTTP_AUTHORIZATION', 'Bearer abcdef', 'Bearer •••(6)'],
  ['X-Api-Key', 'abc', '•••(3)'],
  ['Accept', 'text/html', 'text/html'],
] as const)('%s: %s', ([name, value, masked]) => {
  expect(mask(name, value)).toBe(masked)
})

test.for([
  ['a form', 'name=Ada&password=hunter2', 'name=Ada&password=•••(7)'],
  ['JSON', '{"name": "Ada", "token": "abc\\"d"}', '{"name": "Ada", "token": "•••(6)"}'],
  ['an address', '/reset?user=ada&token=abc#top', '/reset?user=ada&token=•••(3)#top'],
  ['source', "const apiKey = 'abc', name = 'x'", "const apiKey = '•••(3)', name = 'x'"],
  [
    'a page',
    '<input name="csrf" type="hidden" value="abc">',
    '<input name="csrf" type="hidden" value="•••(3)">',
  ],
  ['a sum', '1 + 1 = 2', '1 + 1 = 2'],
  ['a header', 'text/html; charset=utf-8', 'text/html; charset=utf-8'],
] as const)('a secret in %s', ([, text, masked]) => {
  expect(maskText(text)).toBe(masked)
  expect(maskText(masked)).toBe(masked)
  expect(isMasked(masked)).toBe(masked !== text)
})

test('a secret in a form with files', () => {
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  expect(maskText(`${part('name', 'Ada')}${part('password', 'hunter2')}--x--`)).toBe(
    `${part('name', 'Ada')}${part('password', '•••(7)')}--x--`,
  )
})

test('a header whose value is an address', () => {
  expect(mask('Location', '/in?token=abc')).toBe('/in?token=•••(3)')
})

test('long texts without an end are read once', () => {
  for (const piece of ['a', 'name="', '"a":"', 'a=', '\\'])
    expect(maskText(piece.repeat(60_000 / piece.length)).length).toBeGreaterThan(0)
})
