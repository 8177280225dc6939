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
  test('creates a repository, but not inside another one', () => {
    const folder = temporaryFolder()
    initGit(folder)
    expect(existsSync(join(folder, '.git'))).toBe(true)
    mkdirSync(join(folder, 'inner'))
    initGit(join(folder, 'inner'))
    expect(readdirSync(join(folder, 'inner'))).toEqual([])
  })
})

/** An application that needs a package that the registry lists but does not serve. */
function application(): { path: string; dir: string } {
  const path = temporaryFolder()
  writeFileSync(join(path, 'package.json'), '{ "dependencies": { "never-there": "^1.0.0" } }')
  return { path, dir: 'shop' }
}

const npm = managerOf('npm/11')

/** Returns npm and the environment for a local registry. */
const toRegistry = (port: number): NodeJS.ProcessEnv =>
  plainEnvironment({
    npm_config_registry: `http://127.0.0.1:${port}/`,
    npm_config_fetch_retries: '0',
    npm_config_cache: temporaryFolder(),
  })

describe('an install', () => {
  test('that cannot be started is reported', async () => {
    const env = { PATH: '' }
    await expect(install(application(), npm, env)).rejects.toMatchObject({
      message: expect.stringMatching(
        /^npm install did not start \(.*ENOENT.*\)\. The application itself is complete in shop. Run npm install there\.$/,
      ),
      exitCode: 1,
    })
  })

  test('that fails is reported, and leaves no node_modules', async () => {
    const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(server, 'listening')
    onTestFinished(() => void server.close())
    const app = application()
    const installing = install(app, npm, toRegistry((server.address() as AddressInfo).port))
    await expect(installing).rejects.toMatchObject({
      message: expect.stringMatching(
        /^npm install ended with \d+\. The application itself is complete in shop/,
      ),
      detail: expect.stringContaining('npm error'),
    })
    expect(readdirSync(app.path)).toEqual(['package.json'])
  })

  test('without dependencies succeeds, with the program that started the command', async () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'package.json'), '{}')
    const path = execFileSync('npm', ['exec', '--', 'node', '-p', 'process.env.npm_execpath'], {
      encoding: 'utf8',
      env: plainEnvironment(),
    })
    const env = toRegistry(1)
    await install({ path: folder, dir: 'shop' }, npm, { ...env, npm_execpath: path.trim() })
    expect(existsSync(join(folder, 'package-lock.json'))).toBe(true)
  })
})
