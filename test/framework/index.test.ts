/** Tests that importing Phial, and common requests, do not load rarely used modules. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const run = promisify(execFile)

/** Runs a program in a separate process, and returns the rarely used modules that it has loaded. */
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

test('importing phial loads neither fetch nor the packages for uploads and files', async () => {
  expect(await loaded('')).toEqual([])
})

test('requests with parameters, sessions and JSON do not load them either', async () => {
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
])('%s loads the modules that it needs', async (_name, work, headers, body, expected) => {
  const program = `
    app.post('/', async () => { ${work}; return 'done' })
    const response = await call(app, { method: 'POST', path: '/', headers: ${JSON.stringify(Object.entries(headers))}, body: ${JSON.stringify(body)} })
    console.assert(response.text() === 'done', response.text())`
  expect(await loaded(program)).toEqual(expected)
}) // prettier-ignore
