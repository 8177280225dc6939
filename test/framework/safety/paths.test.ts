import fc from 'fast-check'
import { safeJoin, secureFilename } from 'phial'
import { describe, expect, test } from 'vitest'

describe('safeJoin', () => {
  test.each(['nul', 'css/AUX.css', 'con.d/a.css', 'com1 .txt'])('rejects %s, a Windows device', (path) => {
    expect(safeJoin('/srv', path)).toBeUndefined()
  }) // prettier-ignore

  test.each(['console.js', 'common.css', 'nullable/a', 'a.nul', 'com10.txt'])('accepts %s, which is not a Windows device', (path) => {
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

test('secureFilename truncates a name longer than 255 bytes before its extension', () => {
  expect(secureFilename(`${'a'.repeat(300)}.jpeg`)).toBe(`${'a'.repeat(250)}.jpeg`)
  expect(secureFilename(`a.${'b'.repeat(300)}`)).toBe(`a.${'b'.repeat(253)}`)
  expect(secureFilename('a'.repeat(300))).toHaveLength(255)
  expect(secureFilename(`${'a'.repeat(254)}..${'b'.repeat(100)}`)).toBe('a'.repeat(254))
  expect(secureFilename(`nul.${'b'.repeat(251)}`)).toBe(`_nul.${'b'.repeat(250)}`)
})

test.each(['.', '_', '._', ' ', '/', '\u0300', 'a.'])(
  'secureFilename runs in linear time for a run of %j',
  (part) => {
    const timeOf = (length: number): number => {
      const name = `a${part.repeat(length / part.length)}b`
      const start = process.cpuUsage().user
      for (let at = 0; at < 80_000 / length; at += 1) secureFilename(name)
      return process.cpuUsage().user - start
    }
    timeOf(4000)
    // Quadratic work would take twenty times as long for the same number of characters.
    expect(timeOf(80_000)).toBeLessThan(5 * timeOf(4000) + 20_000)
  },
)

test('secureFilename returns a safe name for any text', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (name) => {
      expect(secureFilename(name)).toMatch(/^(?:[A-Za-z0-9_-][\w.-]{0,254})?$/)
      expect(secureFilename(secureFilename(name))).toBe(secureFilename(name))
    }),
  )
})
