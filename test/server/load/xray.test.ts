/** The option `--xray` of the command. */
import { spawnSync } from 'node:child_process'
import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { xrayFault } from '../../../packages/server/src/load/xray.ts'
import { phialServer, runToEnd } from '../support/command.ts'
import { type Folder, folderWith } from '../support/folder.ts'
import { freePort, nginx } from '../support/nginx.ts'

const hasNginx = spawnSync('nginx', ['-v']).error === undefined

const hello = `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode('Hello')]
}`

async function site(): Promise<Folder> {
  const folder = await folderWith({ 'app.mjs': hello })
  const xray = fileURLToPath(new URL('../../../packages/xray', import.meta.url))
  await symlink(xray, join(folder.path, 'node_modules/@phial/xray'))
  return folder
}

/** The log line with the URL of the pages. */
const SHOWN = /X-ray shows each request at: http:\/\/\S+\/__xray__\/(\?token=[0-9a-f]{32})\n/

const text = async (url: string): Promise<string> => (await fetch(url)).text()
const local = ['--xray', '-b', '127.0.0.1:0', 'app']

test('shows each request; open event streams do not delay the exit', async () => {
  await using folder = await site()
  await using command = phialServer(local, { cwd: folder.path })
  const at = `http://127.0.0.1:${await command.port()}`
  const [, query = ''] = await command.says(SHOWN)
  expect(await text(`${at}/seen`)).toBe('Hello')
  expect(await text(`${at}/__xray__/${query}`)).toContain('GET /seen')
  expect((await fetch(`${at}/__xray__/`)).status).toBe(403)
  const events = await fetch(`${at}/__xray__/events${query}`)
  command.signal('SIGTTIN')
  await command.says('TTIN is ignored; --xray works with a single worker')
  command.signal('SIGTERM')
  expect(await command.ended).toMatchObject({ code: 0 })
  expect(await events.text()).toMatch(/^: an event follows/)
})

test('works with --reload', async () => {
  await using folder = await site()
  await using command = phialServer([...local, '--reload'], { cwd: folder.path })
  const at = `http://127.0.0.1:${await command.port()}`
  const [, query = ''] = await command.says(SHOWN)
  expect(await text(`${at}/seen`)).toBe('Hello')
  expect(await text(`${at}/__xray__/${query}`)).toContain('GET /seen')
  await writeFile(join(folder.path, 'app.mjs'), hello.replace('Hello', 'Good morning'))
  expect(await text(`${at}/seen`)).toBe('Good morning')
  expect(await text(`${at}/__xray__/${query}`)).toContain('GET /seen')
})

test('uses PHIAL_DEVELOPER_TOKEN of the environment', async () => {
  await using folder = await site()
  const env = { PHIAL_DEVELOPER_TOKEN: 'chosen' }
  await using command = phialServer(local, { cwd: folder.path, env })
  const at = `http://127.0.0.1:${await command.port()}`
  await command.says(`X-ray shows each request at: ${at}/__xray__/?token=chosen`)
  expect((await fetch(`${at}/__xray__/?token=chosen`)).status).toBe(200)
})

test.skipIf(!hasNginx).each([
  ['a bare proxy_pass', ''],
  ['HTTP/1.1', 'proxy_http_version 1.1;'],
  ['no sign of a proxy', "proxy_http_version 1.1; proxy_set_header Connection '';"],
])('a real nginx with %s does not expose the pages', async (_what, directives) => {
  await using folder = await site()
  await using command = phialServer(local, { cwd: folder.path })
  const at = `127.0.0.1:${await command.port()}`
  const [, query = ''] = await command.says(SHOWN)
  const port = await freePort()
  const pass = `location / { proxy_pass http://${at}; ${directives} }`
  await using _front = await nginx(folder.path, `server { listen 127.0.0.1:${port}; ${pass} }`)
  expect(await text(`http://127.0.0.1:${port}/seen`)).toBe('Hello')
  for (const path of ['', 'events', '1', '1.json', '1.html'])
    // oxlint-disable-next-line no-await-in-loop -- one after another
    expect((await fetch(`http://127.0.0.1:${port}/__xray__/${path}`)).status, path).toBe(403)
  expect((await fetch(`http://${at}/__xray__/${query}`)).status).toBe(200)
})

test('without --xray the pages do not exist', async () => {
  await using folder = await site()
  await using command = phialServer(['-b', '127.0.0.1:0', 'app'], { cwd: folder.path })
  expect(await text(`http://127.0.0.1:${await command.port()}/__xray__/`)).toBe('Hello')
})

test('exits with 1 if the package is not installed', async () => {
  await using folder = await folderWith({ 'app.mjs': hello })
  expect(await runToEnd(local, { cwd: folder.path })).toEqual({
    code: 1,
    stdout: '',
    stderr: `phial-server: --xray requires the package @phial/xray, which is not installed in ${folder.path}; run npm install --save-dev @phial/xray\n`,
  })
})

test.for([
  [
    ['-w', '2'],
    /^phial-server: --xray works with a single worker, .* 2 are configured; use --workers 1/,
  ],
  [
    ['-b', '0.0.0.0:0'],
    /^phial-server: --xray requires a loopback address, .* 0\.0\.0\.0:0; use --bind/,
  ],
] as const)('exits with 1 for %j', async ([words, said]) => {
  const { code, stderr } = await runToEnd(['--xray', ...words, 'app'])
  expect(stderr).toMatch(said)
  expect(code).toBe(1)
})

test.for([
  ['127.0.0.1:80', true],
  ['localhost', true],
  ['LOCALHOST:1', true],
  ['[::1]:0', true],
  ['127.9.9.9:80', true],
  ['[::]:0', false],
  [':80', false],
  ['unix:/run/s.sock', false],
  ['fd://3', false],
  ['example.com:80', false],
] as const)('%s is a loopback address: %j', ([bind, isLocal]) => {
  expect(xrayFault(1, ['127.0.0.1:1', bind]) === undefined).toBe(isLocal)
})
