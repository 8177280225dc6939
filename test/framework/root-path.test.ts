import { pathToFileURL } from 'node:url'
import { Blueprint, Phial } from 'phial'
import { expect, test } from 'vitest'

test('is the folder of the file, whatever characters its path has', () => {
  const at = pathToFileURL('/srv/my site/ä#b/app.ts').href
  expect(new Phial(at).rootPath).toBe('/srv/my site/ä#b')
  expect(new Blueprint('shop', at).rootPath).toBe('/srv/my site/ä#b')
})

test.each([undefined, '/srv/app.ts', 'https://example.com/app.js', 7])('%s is no file', (url) => {
  expect(() => Reflect.construct(Phial, [url])).toThrow('Write new Phial(import.meta.url)')
  expect(() => Reflect.construct(Blueprint, ['a', url])).toThrow(
    'Write new Blueprint("a", import.meta.url)',
  )
})
