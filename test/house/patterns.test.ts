/** Regular expressions must take linear time for any text, because a client may have chosen it. */
import { checkSync } from 'recheck'
import { describe, expect, test } from 'vitest'
import { constantsOf, patternsOf, type Pattern } from './patterns.ts'
import { read, sources } from './workspace.ts'

/** Patterns that are not linear for every text, or not certainly, by file, each with the reason why it is allowed. */
const excused: Record<string, Record<string, string>> = {
  'packages/cli/src/check/data.ts': { '/\\.[^/]+$/': 'reads names of files of the app' },
  'packages/cli/src/doctor/secret.ts': {
    '/\\bimport\\b[^;\'"]*\\b(?:session|flash)\\b[^;\'"]*from\\s*[\'"]phial[\'"]|\\b(?:context|ctx)\\.session\\b|\\{[^{}]*\\bsession\\b[^{}]*\\}\\s*\\)\\s*=>/':
      'reads sources of the app',
  },
  'packages/cli/src/xray/curl-options.ts': {
    "/^([!#$%&'*+.^_`|~\\w-]+):\\s*([^\\r\\n]*)$/": 'reads arguments of the command line',
  },
  'packages/create-phial/src/manager.ts': {
    '/\\bnpm (?:run )?(install|dev|test|check|build|start)\\b( *(?=  #))?/g':
      'reads files of the templates',
  },
  'packages/create-phial/src/target.ts': {
    '/^[-._~]+|[-._~]+$/g': 'reads arguments of the command line',
  },
  'packages/framework/src/answer/owners.ts': { '/\\/+$/': 'reads prefixes of blueprints' },
  'packages/framework/src/blueprint/blueprint-state.ts': {
    '/\\/+$/': 'reads prefixes of blueprints',
  },
  'packages/framework/src/blueprint/blueprint.ts': { '/\\/+$/': 'reads an option of a blueprint' },
  'packages/framework/src/config/config-sources.ts': {
    '/_+([a-z\\d])/g': 'reads names of environment variables',
  },
  'packages/framework/src/debug/traceback.ts': {
    '/^((?:[A-Z]:)?[^:\\n]+\\.[cm]?[jt]sx?):(\\d+)(?::(\\d+))?: /m': 'reads errors of the compiler',
  },
  'packages/framework/src/routing/converters.ts': {
    '`^${sign(options)}[0-9]${digits}$`': 'a sign and digits, anchored at both ends',
    '`^${sign(options)}[0-9]+\\\\.[0-9]+$`': 'a sign and digits, anchored at both ends',
  },
  'packages/framework/src/routing/corrections.ts': {
    '/\\s*=\\s*/': 'reads patterns of routes',
    '/<(?:([a-z_]\\w*)(?:\\(([^)]*)\\))?:)?([a-z_]\\w*)>/gi': 'reads patterns of routes',
  },
  'packages/framework/src/setup.ts': { '/\\/+$/': 'reads an option of the app' },
  'packages/framework/src/templating/inspect.ts': {
    '/<(script|style|template)\\b[\\s\\S]*?<\\/\\1\\s*>|<\\w+[^>]*\\sv-pre\\b[\\s\\S]*/gi':
      'reads templates of the app',
  },
  'packages/server/src/cgi.ts': {
    '/^(?:HTTP_(?!CONTENT_(?:TYPE|LENGTH)$)(.+)|(CONTENT_(?:TYPE|LENGTH)))$/':
      'is anchored, and passes over a name once',
  },
  'packages/server/src/logs/access.ts': {
    '/(%\\([^)]*\\)s)/': 'reads the format of the access log',
    '/%\\(([^)]*)\\)s/g': 'reads the format of the access log',
  },
  'packages/server/src/metrics/statsd.ts': { '/\\.+$/': 'reads an option of the server' },
  'packages/xray/src/place.ts': {
    '/\\(?((?:file:\\/\\/|\\/|[A-Z]:\\\\)[^()]*?):(\\d+):\\d+\\)?$/': 'reads frames of a stack',
  },
}

const known = new Map<string, string>()
for (const path of sources())
  for (const [name, value] of constantsOf(path, read(path), known)) known.set(name, value)
const all = sources().flatMap((path) => patternsOf(path, read(path), known))

const excuseOf = ({ path, text }: Pattern): string | undefined => excused[path]?.[text]
const at = ({ path, line, text }: Pattern): string => `${path}:${line} ${text}`

/**
 * Describes the fault of a pattern, or returns `undefined` if it is linear. recheck measures attacks, and on a busy machine
 * a harmless one can look slow, so a fault must be found three times.
 */
function faultOf({ source, flags }: { source: string; flags: string }): string | undefined {
  let fault: string | undefined
  for (let round = 0; round < 3; round += 1) {
    const result = checkSync(source, flags, { timeout: 120_000 })
    if (result.status === 'safe') return undefined
    fault = result.status === 'vulnerable' ? result.complexity.summary : 'is unknown'
  }
  return fault
}

describe('regular expressions', () => {
  const asked = all.filter((pattern) => excuseOf(pattern) === undefined)

  test('are found in the sources', () => {
    expect(all.length).toBeGreaterThan(300)
    expect(asked.filter(({ source }) => source === undefined).map(at)).toEqual([])
  })

  test('are linear', { timeout: 600_000 }, () => {
    const verdicts = new Map<string, string | undefined>()
    const faults = asked.flatMap((pattern) => {
      const { source = '', flags, text } = pattern
      if (!verdicts.has(text)) verdicts.set(text, faultOf({ source, flags }))
      const fault = verdicts.get(text)
      return fault === undefined ? [] : [`${at(pattern)}: ${fault}`]
    })
    expect(faults).toEqual([])
  })

  test('that are excused exist', () => {
    const listed = Object.entries(excused).flatMap(([path, texts]) =>
      Object.keys(texts).map((text) => `${path} ${text}`),
    )
    const there = new Set(all.map(({ path, text }) => `${path} ${text}`))
    expect(listed.filter((one) => !there.has(one))).toEqual([])
  })
})

describe('the check', () => {
  test.each([
    ['(a+)+$', 'exponential'],
    ['\\s+$', '2nd degree polynomial'],
    ['^\\s*[^,\\s]*$', undefined],
  ])('finds that %s is %s', (source, said) => {
    expect(faultOf({ source, flags: '' })).toBe(said)
  })

  test('finds literals and arguments of RegExp', () => {
    const source = [
      "const TOKEN = '[a-z]'",
      'const a = /b+/g',
      'const c = new RegExp(`^${TOKEN}+$`, "i")',
      "const d = RegExp('x' + y)",
    ].join('\n')
    const found = patternsOf('packages/a/src/a.ts', source, new Map())
    expect(found).toMatchObject([
      { line: 2, source: 'b+', flags: 'g', text: '/b+/g' },
      { line: 3, source: '^[a-z]+$', flags: 'i' },
      { line: 4, source: undefined, text: "'x' + y" },
    ])
    const other = "const d = RegExp('x' + y)"
    expect(patternsOf('packages/a/src/a.ts', other, new Map([['y', '+']]))[0]?.source).toBe('x+')
  })
})
