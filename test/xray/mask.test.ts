import { expect, test } from 'vitest'
import { isMasked, mask, maskText } from '../../packages/xray/src/mask.ts'

test.for([
  ['HTTP_COOKIE', 'a=secret; b=x', 'a=•••(6); b=•••(1)'],
  ['Set-Cookie', 'session=abc; Path=/', 'session=•••(3); Path=/'],
  ['HTTP_AUTHORIZATION', 'Bearer abcdef', 'Bearer •••(6)'],
  ['X-Api-Key', 'abc', '•••(3)'],
  ['X-Auth', 'abc', '•••(3)'],
  ['DB_PASS', 'abc', '•••(3)'],
  ['Access-Control-Allow-Credentials', 'true', 'true'],
  ['Accept', 'text/html', 'text/html'],
] as const)('masks secrets in the header %s: %s', ([name, value, masked]) => {
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
  [
    'a page, with the attributes reversed',
    "<input value='abc' name='jwt'>",
    "<input value='•••(3)' name='jwt'>",
  ],
  ['a page, without quotes', '<INPUT name=pin value=1234>', '<INPUT name=pin value=•••(4)>'],
  [
    'a meta tag',
    '<meta name="csrf-token" content="abc">',
    '<meta name="csrf-token" content="•••(3)">',
  ],
  ['a value like its name', '<input value=value name="jwt">', '<input value=•••(5) name="jwt">'],
  ['a tag that is cut', '<input name="csrf" value="abc', '<input name="csrf" value="•••(3)'],
  ['another tag', '<p data-name="csrf" title="abc">', '<p data-name="csrf" title="abc">'],
  ['a number of JSON', '{"pin": 1234, "n": 1}', '{"pin": •••(4), "n": 1}'],
  ['a negative number', '{"salt":-1.5e+3}', '{"salt":•••(7)}'],
  ['a list of JSON', '{"tokens": ["a]", {"b": 1}], "n": [1]}', '{"tokens": •••(16), "n": [1]}'],
  ['an object of JSON', '{"auth": {"user": "ada"}}', '{"auth": •••(15)}'],
  ['an object inside', '{"user": {"password": "x"}}', '{"user": {"password": "•••(1)"}}'],
  ['JSON that is cut', '{"password": "hunt', '{"password": "•••(4)'],
  ['a list that is cut', '{"keys": ["a", "b', '{"keys": •••(8)'],
  ['JSON without a secret', '{"author": "Ada", "max": 1}', '{"author": "Ada", "max": 1}'],
  ['a name with a space', '{"pass phrase": "x"}', '{"pass phrase": "•••(1)"}'],
  ['the code of OAuth', '/cb?code=4/0Ab&state=1', '/cb?code=•••(5)&state=1'],
  ['a login', 'redis://ada:lovelace@db:6379/0', 'redis://ada:•••(8)@db:6379/0'],
  ['a sum', '1 + 1 = 2', '1 + 1 = 2'],
  ['a header', 'text/html; charset=utf-8', 'text/html; charset=utf-8'],
] as const)('masks a secret in %s', ([, text, masked]) => {
  expect(maskText(text)).toBe(masked)
  expect(maskText(masked)).toBe(masked)
  expect(isMasked(masked)).toBe(masked !== text)
})

test('masks a secret in a form with files', () => {
  const part = (name: string, value: string): string =>
    `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`
  expect(maskText(`${part('name', 'Ada')}${part('password', 'hunter2')}--x--`)).toBe(
    `${part('name', 'Ada')}${part('password', '•••(7)')}--x--`,
  )
})

test('masks a secret in a form with files if its part has more headers or is cut', () => {
  const head =
    'Content-Disposition: form-data; filename="a"; name="token"\r\nContent-Type: text/plain\r\n\r\n'
  expect(maskText(`${head}abc\r\n--x--`)).toBe(`${head}•••(3)\r\n--x--`)
  expect(maskText(`${head}abc`)).toBe(`${head}•••(3)`)
})

test('masks a secret in a header whose value is a URL', () => {
  expect(mask('Location', '/in?token=abc')).toBe('/in?token=•••(3)')
})

test.for([
  'a',
  ' ',
  'a ',
  'name="',
  '"a":"',
  'a=',
  '\\',
  'name="e"\r\n\r\n',
  'Content-Disposition: form-data; name="e"\r\n',
  'Content-Disposition: form-data; name="token"\r\n\r\n',
  '<a',
  '<input name="token',
  '<a name = ',
  '"token":"',
  "'token': '",
  '"token":[',
  '"token":["',
  '{"token":{',
  'token=`',
  'pin=1',
  '"a" : ',
  'https://a:',
  '=',
  "a:'",
  '\\"',
  'A-',
])('repeated %j is masked in linear time', (piece) => {
  // CPU time, because other processes run on this machine too.
  const time = (length: number): number => {
    const text = piece.repeat(length / piece.length)
    const before = process.cpuUsage()
    maskText(text)
    return process.cpuUsage(before).user / 1000
  }
  const least = (length: number): number =>
    Math.min(...Array.from({ length: 3 }, () => time(length)))
  time(40_000)
  // Eight times the length: an algorithm in quadratic time would take 64 times as long, seconds instead of milliseconds.
  expect(least(320_000)).toBeLessThan(32 * Math.max(least(40_000), 5))
})
