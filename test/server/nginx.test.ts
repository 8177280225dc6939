/** The nginx configuration of docs/serving.md, with a real nginx in front of a real phial-server. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blocksOf } from '../docs/page.ts'
import { read } from '../house/workspace.ts'
import { apps, phialServer } from './support/command.ts'
import { folderWith } from './support/folder.ts'
import { freePort, nginx } from './support/nginx.ts'
import { exchange, readAnswer, request } from './support/raw.ts'

const isThere = spawnSync('nginx', ['-v']).error === undefined
const site = blocksOf(read('docs/serving.md')).find(({ file }) => file === 'nginx.conf')?.code ?? ''

/** Returns the configuration of the page, with the given sockets instead of its addresses. */
function configuration(server: string, port: number): string {
  return `lingering_timeout 10ms; ${site
    .replace('unix:/run/site/site.sock', server)
    .replace('listen 80;', `listen 127.0.0.1:${port};`)}`
}

describe.skipIf(!isThere)('behind nginx with the documented configuration', () => {
  test.each(['unix', 'tcp'])('the environ is that of the client, over %s', async (way) => {
    await using folder = await folderWith({})
    const path = join(folder.path, 'site.sock')
    const bind = way === 'unix' ? `unix:${path}` : '127.0.0.1:0'
    await using server = phialServer(['-b', bind, '--chdir', apps, 'environ'])
    const [, address] = await server.says(/Listening at: (?:http:\/\/)?(\S+) \(/)
    const port = await freePort()
    await using front = await nginx(folder.path, configuration(String(address), port))
    const ask = async (lines: string[], body = ''): Promise<ReturnType<typeof readAnswer>> =>
      readAnswer(await exchange(port, request([...lines, 'Connection: close'], body)))

    const claims = [
      'X-Forwarded-For: 6.6.6.6',
      'X-Forwarded-Prefix: /evil',
      'Forwarded: for=6.6.6.6',
    ]
    const get = await ask(['GET /caf%C3%A9?q=1 HTTP/1.1', 'Host: example.com', ...claims])
    expect(get.status).toBe('200 OK')
    expect(get.body).not.toContain('6.6.6.6')
    expect(JSON.parse(get.body)).toMatchObject({
      RAW_URI: '/caf%C3%A9?q=1',
      QUERY_STRING: 'q=1',
      HTTP_HOST: 'example.com',
      REMOTE_ADDR: '127.0.0.1',
      SCRIPT_NAME: '',
      'wsgi.url_scheme': 'http',
      HTTP_X_REQUEST_ID: expect.stringMatching(/^[0-9a-f]{32}$/),
      length: 0,
    })
    const big = 'x'.repeat(3_000_000)
    const post = await ask(['POST / HTTP/1.1', 'Host: a', `Content-Length: ${big.length}`], big)
    expect(JSON.parse(post.body)).toMatchObject({ length: big.length })
    const tooBig = await ask(['POST / HTTP/1.1', 'Host: a', 'Content-Length: 30000000'])
    expect(tooBig.status).toBe('413 Request Entity Too Large')

    front.signal('SIGQUIT')
    await front.ended
    server.signal('SIGTERM')
    expect(await server.ended).toMatchObject({ code: 0 })
  })
})
