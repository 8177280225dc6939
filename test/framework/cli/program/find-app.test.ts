import { expect, test } from 'vitest'
import { findApp } from '../../../../packages/framework/src/cli/program/find-app.ts'
import { siteWith } from './support.ts'

test('what is given, else wsgi, else app, whatever their ending', async () => {
  await using site = await siteWith({ 'app.mts': '', 'other.ts': '' })
  expect(findApp('other:app', site.path)).toBe('other:app')
  expect(findApp(undefined, site.path)).toBe('app')
  await site.write('wsgi.js', '')
  expect(findApp('', site.path)).toBe('wsgi')
})

test('none is one clear line', async () => {
  await using site = await siteWith({ 'site.ts': '' })
  expect(() => findApp(undefined, site.path)).toThrow(
    `No app was found: ${site.path} has neither an app.ts nor a wsgi.ts (nor one of .mts .js .mjs .cjs). Say which is meant, phial --app module:app …, or set PHIAL_APP.`,
  )
})
