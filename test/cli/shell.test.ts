import { expect, test } from 'vitest'
import { siteWith } from './support/site.ts'

const app = `import { Phial } from 'phial'
export const app = new Phial(import.meta.url, { config: { SERVER_NAME: 'example.com' } })
app.get('/', { endpoint: 'index' }, () => 'home')
app.shellContextProcessor(() => ({ answer: 42 }))
app.teardownAppContext(() => console.log('torn down'))
`

test('phial shell has an app context, provides the names of shell context processors, and shares the context between lines', async () => {
  await using site = await siteWith({ 'app.ts': app })
  const lines = [
    "urlFor('index')",
    'g.count = answer',
    'g.count + 1',
    'await Promise.resolve(g.count + 2)',
    "(await (await app.testClient().get('/')).text())",
    'const several =',
    '  5',
    'several',
    'nonsense',
    "'still here'",
  ]
  const { code, stdout } = await site.run(['shell'], {}, `${lines.join('\n')}\n`)
  expect(code).toBe(0)
  expect(stdout).toMatch(
    /^'http:\/\/example\.com\/'\n42\n43\n44\ntorn down\n'home'\nundefined\n5\nUncaught.*nonsense is not defined\n(.*\n)*'still here'\ntorn down\n$/,
  )
})
