import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { initGit, install } from '../../packages/create-phial/src/children.ts'
import { managerOf } from '../../packages/create-phial/src/manager.ts'
import { plainEnvironment, temporaryFolder } from './support/command.ts'

describe('git', () => {
  test('gets a repository, once', () => {
    const folder = temporaryFolder()
    initGit(folder)
    expect(existsSync(join(folder, '.git'))).toBe(true)
    mkdirSync(join(folder, 'inner'))
    initGit(join(folder, 'inner'))
    expect(readdirSync(join(folder, 'inner'))).toEqual([])
  })
})

/** An application that needs a package, which a registry promises and never sends. */
function application(): { path: string; said: string } {
  const path = temporaryFolder()
  writeFileSync(join(path, 'package.json'), '{ "dependencies": { "never-there": "^1.0.0" } }')
  return { path, said: 'shop' }
}

const npm = managerOf('npm/11')

/** npm itself, and a registry of our own. */
const toRegistry = (port: number): NodeJS.ProcessEnv =>
  plainEnvironment({
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_fetch_retries: '0',
    npm_config_cache: temporaryFolder(),
  })

describe('an install', () => {
  test('that cannot be started is told', async () => {
    const env = { PATH: '' }
    await expect(install(application(), npm, env)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^npm install did not start \(.*ENOENT.*\)\. The application itself is whole in shop: run npm install there$/,
      ),
      exitCode: 1,
    })
  })

  test('that fails is told, and leaves nothing', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const app = application()
    const installing = install(app, npm, toRegistry((server.address() as AddressInfo).port))
    await expect(installing).rejects.toMatchObject({
      message: expect.stringMatching(
        /^npm install ended with \d+\. The application itself is whole in shop/,
      ),
      detail: expect.stringContaining('npm error'),
    })
    expect(readdirSync(app.path)).toEqual(['package.json'])
  })

  test('that has nothing to do succeeds, by the program that called', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'package.json'), '{}')
    const path = execFileSync('npm', ['exec', '--', 'node', '-p', 'process.env.npm_execpath'], {
      encoding: 'utf8',
      env: plainEnvironment(),
    })
    const env = toRegistry(1)
    await install({ path: folder, said: 'shop' }, npm, { ...env, npm_execpath: path.trim() })
    expect(existsSync(join(folder, 'package-lock.json'))).toBe(true)
  })
})
