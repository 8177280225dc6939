import { spawnSync } from 'node:child_process'
import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { type Site, siteWith } from '../support/site.ts'

const app = (greeting: string): string => `import { Phial, request } from 'phial'
export const app = new Phial(import.meta.url)
app.post('/greet', async () => {
  const form = await request.formData()
  return \`${greeting} \${form.get('name')}, \${request.cookies.theme ?? 'no theme'}\`
})
`

const capture = {
  request: {
    environ: {
      REQUEST_METHOD: 'POST',
      RAW_URI: '/greet',
      CONTENT_TYPE: 'application/x-www-form-urlencoded',
      CONTENT_LENGTH: '8',
      HTTP_HOST: 'localhost',
      HTTP_COOKIE: 'theme=•••(4)',
    },
    body: { text: 'name=Ada', bytes: 8, isCut: false },
  },
  answer: {
    status: '200 OK',
    headers: [['Content-Type', 'text/html; charset=utf-8']],
    chunks: [{ at: 1, bytes: 15, text: 'Hello Ada, dark' }],
    bytes: 15,
  },
}

const captured = (): Promise<Site> =>
  siteWith({ 'app.ts': app('Hello'), 'captured.json': JSON.stringify(capture) })
const dark = ['-H', 'Cookie: theme=dark']

describe('phial replay', () => {
  test('sends the request again, and reports how the answer differs', async () => {
    await using site = await captured()
    const same = await site.run(['replay', 'captured.json', 'app:app', ...dark])
    expect(same.stdout).toContain('Hello Ada, dark')
    expect(same.code).toBe(0)
    const other = await site.run(['--app', 'app:app', 'replay', 'captured.json'])
    expect(other.code).toBe(1)
    expect(other.stdout).toContain('Hello Ada, ***(4)')
    expect(other.stderr).toBe(
      `Masked secrets are sent as ***: HTTP_COOKIE. Pass --header 'Cookie: …' to send a real value.
The response differs from the captured one: its length was 15 bytes and is now 17 bytes.
`,
    )
  })

  test('--to-test writes a test, but never overwrites one', async () => {
    await using site = await captured()
    const words = ['replay', 'captured.json', 'app:app', ...dark, '--to-test']
    expect(await site.run(words)).toMatchObject({ code: 0, stdout: 'Wrote captured.test.ts\n' })
    const written = await readFile(join(site.path, 'captured.test.ts'), 'utf8')
    expect(written).toContain("toBe('Hello Ada, dark')")
    expect(await site.run(words)).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/Cannot write captured\.test\.ts: EEXIST/),
    })
    if (process.env['PHIAL_SLOW'] === undefined) return
    const passes = await vitestIn(site)
    expect(passes()).toBe(true)
    await site.write('app.ts', app('Goodbye'))
    expect(passes()).toBe(false)
  })

  test('rejects a file that is not a capture', async () => {
    await using site = await captured()
    await site.write('other.json', '{"a": 1}')
    const other = await site.run(['replay', 'other.json'])
    expect(other.stderr).toMatch(/^Not a capture: expected JSON with/)
    const none = await site.run(['replay', 'none.json'])
    expect(none.stderr).toMatch(/Cannot read none\.json: ENOENT/)
  })
})

/** Runs Vitest on the generated test. */
async function vitestIn({ path }: Site): Promise<() => boolean> {
  const vitest = fileURLToPath(new URL('../../../node_modules/vitest', import.meta.url))
  await symlink(vitest, join(path, 'node_modules/vitest'))
  const words = [join(vitest, 'vitest.mjs'), 'run', '--root', path]
  return () => spawnSync(process.execPath, words, { encoding: 'utf8' }).status === 0
}
