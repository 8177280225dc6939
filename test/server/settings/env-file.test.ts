import { parseEnv } from 'node:util'
import { describe, expect, test } from 'vitest'
import { parseEnvFile } from '../../../packages/server/src/settings/env-file.ts'

describe('has the same result as node --env-file', () => {
  test.each([
    'A=1\nB=2\n',
    'A=1\r\nB=2\r\n',
    '  A = 1 \n B  =  2',
    'export A=1',
    'A=\nB=2',
    '# A=1\n\nB=2',
    'A=b # comment',
    'A=b#comment',
    'A=# comment',
    'A="#b" # "comment"',
    "A='a\"b'",
    'A=`a\'"b`',
    "A='a\\nb'",
    'A="a\\nb"',
    'A="x\ny" # comment\nB=1',
    'A="a\r\nb"',
    'A="not closed\nB=2',
    'A=https://example.com/?a=1&b=2',
    'a.b-c=1',
    'A:b',
    'A=1\nA=2',
    '',
  ])('for %j', (text) => {
    expect(parseEnvFile(text)).toEqual({ ...parseEnv(text) })
  })
})

test.each([
  ['a byte order mark', '\uFEFFFIRST=1\nSECOND=2', { FIRST: '1', SECOND: '2' }],
  ['a byte order mark before a comment', '\uFEFF# variables\nA=1', { A: '1' }],
  [
    'a line without =',
    'FIRST=1\nSECOND\nTHIRD=3\nFOURTH=4',
    { FIRST: '1', THIRD: '3', FOURTH: '4' },
  ],
  ['several lines without =', 'one\ntwo\n\nA=1\nthree', { A: '1' }],
  ['export without =', 'export A\nB=2', { B: '2' }],
  ['tabs', '\tA\t=\t1\t\n', { A: '1' }],
  ['a line that begins with =', '=1\nB=2', { B: '2' }],
  ['line breaks of old systems', 'A=1\rB=2', { A: '1', B: '2' }],
  ['an escaped quote', 'A="{\\"a\\":1}"\nB=2', { A: '{"a":1}', B: '2' }],
  ['an escaped backslash', String.raw`A="C:\\new"`, { A: String.raw`C:\new` }],
  ['another backslash', String.raw`A="C:\Users"`, { A: String.raw`C:\Users` }],
  ['text after a closing quote', `A='a' 'b'\nB=2`, { A: `'a' 'b'`, B: '2' }],
  [
    'a name that objects have',
    '__proto__=1\nconstructor=2',
    JSON.parse('{"__proto__":"1","constructor":"2"}'),
  ],
])('parses %s', (_, text, variables) => {
  expect(parseEnvFile(text)).toStrictEqual(variables)
})
