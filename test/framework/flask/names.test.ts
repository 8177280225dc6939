import * as phial from 'phial'
import { Blueprint, type BlueprintSetupState, int, InternalServerError, Phial } from 'phial'
import { describe, expect, test } from 'vitest'
import { read } from '../../house/workspace.ts'
import { FLASK_NAMES } from './names.ts'

/**
 * Names of Flask that Phial neither has nor documents yet. Keep the list empty: add the name to Phial, or describe the
 * alternative in docs/flask-differences.md.
 */
const PENDING: string[] = []

/** Converts a name of Flask: `before_request` to `beforeRequest`. Settings keep their names. */
function camelCase(name: string): string {
  if (/^[A-Z_]+$/.test(name)) return name
  return name.replaceAll(/_+([a-z\d])/g, (_, next: string) => next.toUpperCase())
}

/** Returns the object that has the names of each section. */
async function owners(): Promise<Record<string, object>> {
  const app = new Phial(import.meta.url, {
    config: { SECRET_KEY: '0f8e7d6c5b4a39281706f5e4d3c2b1a0' },
  })
  const blueprint = new Blueprint('shop', import.meta.url)
  const states: BlueprintSetupState[] = []
  blueprint.record((state) => void states.push(state))
  app.registerBlueprint(blueprint)
  app.get('/:id', { params: { id: int } }, () => 'here')
  const client = app.testClient()
  const [rule] = [...app.urlMap].slice(-1)
  const context = app.testRequestContext('/7')
  return {
    app,
    blueprint,
    'blueprint state': states[0] ?? {},
    request: context.request,
    response: new phial.Response('text'),
    error: new InternalServerError(),
    session: context.session,
    g: context.g,
    config: app.config,
    'config keys': app.config,
    'url map': app.urlMap,
    rule: rule ?? {},
    client,
    'client response': await client.get('/7'),
    'cli runner': app.testCliRunner(),
    cli: app.cli,
  }
}

/** Returns the names in the first column of a page's tables, without parentheses and the @ of decorators. */
function namesIn(page: string): ReadonlySet<string> {
  const rows = page.match(/^\| .*$/gm) ?? []
  const cells = rows.map((row) => row.split(/(?<!\\)\|/)[1] ?? '')
  const spans = cells.flatMap((cell) => [...cell.matchAll(/`@?([^`]+?)(?:\(.*?\))?`/g)])
  return new Set(spans.map(([, name = '']) => name))
}

const sections = Object.entries(FLASK_NAMES).map(
  ([section, text]) => [section, text.split(/\s+/).filter((name) => name !== '')] as const,
)

describe('each public name of Flask', () => {
  test('exists in camelCase, or is in docs/flask-differences.md', async () => {
    const places = await owners()
    const page = namesIn(read('docs/flask-differences.md'))
    const missing = sections.flatMap(([section, names]) => {
      const owner = places[section]
      const full = (name: string): string => `${section}.${name}`
      const isListed = (name: string): boolean =>
        page.has(full(name)) ||
        (owner === undefined || section === 'config keys' ? page.has(name) : false)
      return names
        .filter((name) => !(camelCase(name) in (owner ?? phial)) && !isListed(name))
        .map(full)
    })
    expect(missing).toEqual(PENDING)
  })

  test('is listed only once in each section', () => {
    for (const [section, names] of sections) {
      expect(new Set(names).size, section).toBe(names.length)
    }
  })
})

test('docs/flask-differences.md lists no name that exists', async () => {
  const places = await owners()
  const page = read('docs/flask-differences.md')
  const wrong = [...namesIn(page.slice(page.indexOf('## Names')))].filter((full) => {
    const at = full.lastIndexOf('.')
    const owner = places[full.slice(0, at)]
    return owner !== undefined && full.includes('_') && camelCase(full.slice(at + 1)) in owner
  })
  expect(wrong).toEqual([])
})
