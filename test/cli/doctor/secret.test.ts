import { Phial } from 'phial'
import { expect, test } from 'vitest'
import { examineSecret } from '../../../packages/cli/src/doctor/secret.ts'

const strong = '0123456789abcdef0123456789abcdef'

function said(secret: string | undefined, source = '', older: string[] = []): string[] {
  const app = new Phial(import.meta.url)
  app.config.SECRET_KEY = secret
  app.config.SECRET_KEY_FALLBACKS = older
  const code = [{ path: '/site/app.ts', source }]
  return examineSecret(app, code, '/site').map(({ level, text }) => `${level} ${text.slice(0, 40)}`)
}

test.for<[secret: string | undefined, source: string, said: string[]]>([
  [strong, "import { session } from 'phial'", []],
  [undefined, "import { Phial } from 'phial'", ['note SECRET_KEY is not set. It is required on']],
  [
    undefined,
    "import {\n  Phial,\n  flash as f,\n} from 'phial'",
    ['fault SECRET_KEY is not set, but app.ts uses s'],
  ],
  [
    undefined,
    "import { session } from './mine.ts'\nimport { Phial } from 'phial'",
    ['note SECRET_KEY is not set. It is required on'],
  ],
  [
    undefined,
    "app.get('/', (_, context) => String(context.session.count))",
    ['fault SECRET_KEY is not set, but app.ts uses s'],
  ],
  [
    undefined,
    "app.get('/', (_, { request, session }) => String(session.count))",
    ['fault SECRET_KEY is not set, but app.ts uses s'],
  ],
  ['', '', ['note SECRET_KEY is not set. It is required on']],
  ['short', '', ['fault SECRET_KEY is weak: a client that guesse']],
  [strong, `\n\nSECRET_KEY: '${strong}'`, ['fault The secret is written in the code, in ap']],
  [strong, `// ${strong} is only in a comment`, []],
])('examines the key %j in an app with the code %j', ([secret, source, expected]) => {
  expect(said(secret, source)).toEqual(expected)
})

test('reports a weak fallback secret', () => {
  expect(said(strong, '', [strong.toUpperCase()])).toEqual([])
  expect(said(strong, '', ['weak'])).toEqual([
    'fault SECRET_KEY_FALLBACKS has a weak secret: '.slice(0, 46),
  ])
})
