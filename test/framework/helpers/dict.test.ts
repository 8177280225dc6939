import { g, session } from 'phial'
import { expect, test } from 'vitest'
import { make } from '../support.ts'

const SECRET_KEY = '0f8e7d6c5b4a39281706f5e4d3c2b1a0'

test.each(['g', 'session'])('%s has get, pop and setdefault, as in Flask', (name) => {
  make({ config: { SECRET_KEY } })
    .testRequestContext('/')
    .run(() => {
      const dict = name === 'g' ? g : session
      expect(dict.get('user')).toBeUndefined()
      expect(dict.get('user', 'guest')).toBe('guest')
      expect(dict.setdefault('user', 'Ann')).toBe('Ann')
      expect(dict.setdefault('user', 'Bob')).toBe('Ann')
      expect(dict.get('user', 'guest')).toBe('Ann')
      expect(dict.pop('user')).toBe('Ann')
      expect(dict.pop('user', 'none')).toBe('none')
      expect(Object.keys(dict)).toEqual([])
    })
})

test.each(['constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'])(
  'g does not inherit %s',
  (name) => {
    make()
      .appContext()
      .run(() => {
        expect(g.get(name)).toBeUndefined()
        if (name !== '__proto__') expect(g[name]).toBeUndefined()
      })
  },
)
