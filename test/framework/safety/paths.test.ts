import fc from 'fast-check'
import { safeJoin, secureFilename } from 'phial'
import { describe, expect, test } from 'vitest'

describe('safeJoin', () => {
  test.each(['nul', 'css/AUX.css', 'con.d/a.css', 'com1 .txt'])('%s is a device of Windows', (path) => {
    expect(safeJoin('/srv', path)).toBeUndefined()
  }) // prettier-ignore

  test.each(['console.js', 'common.css', 'nullable/a', 'a.nul', 'com10.txt'])('%s is no device', (path) => {
    expect(safeJoin('/srv', path)).toBe(`/srv/${path}`)
  }) // prettier-ignore

  test('never leaves its folder', () => {
    const part = fc.constantFrom('..', '.', '/', '\\', 'a', '\u0000', 'C:', '~', '%2e')
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const joined = safeJoin('/srv/files', parts.join(''))
        expect(joined === undefined || joined.startsWith('/srv/files/')).toBe(true)
      }),
    )
  })
})

test.each([
  ['My cool movie.mov', 'My_cool_movie.mov'],
  ['../../../etc/passwd', 'etc_passwd'],
  ['i contain cool \u00fcml\u00e4uts.txt', 'i_contain_cool_umlauts.txt'],
  ['..\\..\\windows\\x.ini', 'windows_x.ini'],
  ['.htaccess', 'htaccess'],
  ['con.txt', '_con.txt'],
  ['LPT1', '_LPT1'],
  ['привет', ''],
  ['..', ''],
  ['a\0b\r\n', 'ab'],
])('secureFilename(%j) is %j', (name, expected) => {
  expect(secureFilename(name)).toBe(expected)
})

test('a secure name never leads anywhere else', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(secureFilename(name)).toMatch(/^(?:[A-Za-z0-9_-][\w.-]*)?$/)
      expect(secureFilename(secureFilename(name))).toBe(secureFilename(name))
    }),
  )
})
