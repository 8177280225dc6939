/** What importing Phial, and everyday requests, do not load. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

/** What a program has loaded of what few apps need, in a process of its own. */
async function loaded(program: string): Promise<string[]> {
  const code = `
    import { createRequire } from 'node:module'
    import { call } from '@phial/core'
    import { Phial, request, sendFile, session } from 'phial'
    const app = new Phial(import.meta.url, { config: { SECRET_KEY: 'x'.repeat(64) }, staticFolder: null })
    ${program}
    const { cache } = createRequire(import.meta.url)
    const files = Object.keys(cache).join()
    const packages = ['@fastify/busboy', 'mime-types', 'content-disposition'].filter((name) => files.includes(name))
    const fetch = process.moduleLoadList.filter((name) => name.endsWith('undici/undici')).map(() => 'fetch')
    console.log(JSON.stringify([...fetch, ...packages]))`
  const args = ['--input-type=module', '--eval', code]
  const cwd = fileURLToPath(new URL('..', import.meta.url))
  const { stdout } = await run(process.execPath, args, { cwd })
  return JSON.parse(stdout) as string[]
}

test('nothing of fetch, uploads or files is loaded by the import', async () => {
  expect(await loaded('')).toEqual([])
})

test('nor by requests with parameters, sessions and JSON', async () => {
  const program = `
    app.get('/users/:id', ({ id }) => ({ id, page: request.args.get('page') }))
    app.get('/session', () => { session.count = 1; return 'counted' })
    app.post('/json', () => request.json())
    const headers = [['Content-Type', 'application/json']]
    for (const one of [
      { path: '/users/7?page=2' },
      { path: '/session' },
      { path: '/nowhere' },
      { method: 'POST', path: '/json', headers, body: '{"a":1}' },
    ]) console.assert((await call(app, one)).status !== '500 Internal Server Error')`
  expect(await loaded(program)).toEqual([])
})

test.each([
  ['a form', "await request.formData()", { 'Content-Type': 'application/x-www-form-urlencoded' }, 'a=1', ['fetch']],
  ['a form with files', "await request.formData()", { 'Content-Type': 'multipart/form-data; boundary=x' }, '--x--\\r\\n', ['fetch', '@fastify/busboy']],
  ['a file', "await sendFile(new Uint8Array(1), { downloadName: 'a.txt' })", {}, '', ['mime-types', 'content-disposition']],
])('%s loads what it needs', async (_name, work, headers, body, expected) => {
  const program = `
    app.post('/', async () => { ${work}; return 'done' })
    const answer = await call(app, { method: 'POST', path: '/', headers: ${JSON.stringify(Object.entries(headers))}, body: ${JSON.stringify(body)} })
    console.assert(answer.text() === 'done', answer.text())`
  expect(await loaded(program)).toEqual(expected)
}) // prettier-ignore
