/**
 * Tests `npm create phial` as users run it: packed packages, a registry, real package managers, and every script of the
 * new application. npm creates each template on the oldest Node and pnpm on the newest, and the result runs on both,
 * because it does not depend on the Node that installed it. This takes minutes, so it is part of `pnpm test:slow`.
 */
import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { Program } from '../examples/support/process.ts'
import { packAll, temporary } from '../house/packed.ts'
import { plainEnvironment } from './support/command.ts'
import { build } from './support/dockerfile.ts'
import { serveRegistry, type Registry } from './support/registry.ts'
import { run } from './support/run.ts'

const isSlow = process.env['PHIAL_SLOW'] !== undefined
vi.setConfig({ maxConcurrency: availableParallelism(), testTimeout: 900_000, hookTimeout: 600_000 })

/** A text on the first page of each template, and an edit: a file, a text in it, and its replacement. */
const pages: Record<
  string,
  { path?: string; shows: string; edit: [file: string, from: string, to: string]; changed: string }
> = {
  gateway: {
    shows: 'It works.',
    edit: ['home.ts', 'It works', 'It still works'],
    changed: 'It still works.',
  },
  minimal: { shows: '12 squared', edit: ['app.ts', '3, 12', '3, 13'], changed: '13 squared' },
  site: {
    shows: '<h1>A small site</h1>',
    edit: ['app.ts', "renderTemplate('index')", "'Made changed'"],
    changed: 'Made changed',
  },
  blog: {
    shows: 'There are no posts yet',
    edit: ['templates/posts/index.eta', 'There are no posts yet', 'No posts so far'],
    changed: 'No posts so far',
  },
  api: {
    shows: '· API</title>',
    edit: ['templates/index.eta', '· API', '· Yours'],
    changed: '· Yours</title>',
  },
  deploy: {
    path: '/about', // the first page needs Redis
    shows: 'reads no session',
    edit: ['templates/about.eta', 'no session', 'nothing'],
    changed: 'reads nothing',
  },
  ladder: {
    shows: 'Guest book',
    edit: ['5-phial/templates/index.eta', 'Sign<', 'Write<'],
    changed: 'Write<',
  },
}

/** Paths of programs, by the version of Node or the name of the package manager. */
const programs = new Map<string, string>()
const folder = isSlow ? await temporary('matrix') : undefined
const home = folder?.path ?? ''
let registry: Registry | undefined

async function printed(...command: string[]): Promise<string> {
  const [file = '', ...args] = command
  const { code, stdout, stderr } = await run(file, args, { env: plainEnvironment() })
  if (code !== 0) throw new Error(`${command.join(' ')}: ${stderr}`)
  return stdout.trim()
}

beforeAll(async () => {
  if (!isSlow) return
  mkdirSync(join(home, 'packed'))
  registry = await serveRegistry(await packAll(join(home, 'packed')))
  for (const node of ['20', '26'])
    programs.set(
      node,
      await printed('npx', '-y', '-p', `node@${node}`, 'node', '-p', 'process.execPath'),
    )
  programs.set('pnpm', await printed('npx', '-y', '-p', 'pnpm@12', '-c', 'command -v pnpm'))
})

afterAll(async () => {
  await registry?.close()
  await folder?.remove()
})

/** Returns the environment of a new machine: empty caches, this registry, and this Node. */
function environment(node: string): NodeJS.ProcessEnv {
  const url = registry?.url
  return plainEnvironment({
    PATH: [dirname(programs.get(node) ?? ''), process.env['PATH']].join(delimiter),
    XDG_CACHE_HOME: join(home, 'cache'),
    npm_config_cache: join(home, 'npm'),
    npm_config_registry: url,
    npm_config_audit: 'false',
    npm_config_update_notifier: 'false',
    pnpm_config_registry: url,
    pnpm_config_store_dir: join(home, 'store'),
    // Any free port, in development and in production.
    PHIAL_RUN_PORT: '0',
    PHIAL_SERVER_ARGS: '--bind 127.0.0.1:0',
  })
}

/** Runs a command, which must succeed. */
async function ends(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const [file = '', ...args] = command
  const { code, stdout, stderr } = await run(file, args, { cwd, env })
  expect(code, `${command.join(' ')}:\n${stdout}${stderr}`).toBe(0)
  return stdout
}

const create = (manager: string, template: string): string[] =>
  manager === 'npm'
    ? ['npm', 'create', '-y', 'phial', 'shop', '--', '--template', template]
    : [programs.get('pnpm') ?? '', 'create', 'phial', 'shop', '--template', template]

const script = (manager: string, name: string, ...args: string[]): string[] =>
  manager === 'npm'
    ? ['npm', 'run', name, ...(args.length > 0 ? ['--', ...args] : [])]
    : [programs.get('pnpm') ?? '', name, ...args]

/** Starts a script that serves the app, and requests its first page. */
async function serving(
  command: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  visit: (ask: (path?: string) => Promise<string>, url: string) => Promise<void>,
): Promise<void> {
  const [file = '', ...args] = command
  const program = new Program(file, args, cwd, env)
  try {
    const url = await program.says(/(http:\/\/127\.0\.0\.1:\d+)/)
    await visit(async (path = '') => (await fetch(url + path)).text(), url)
  } finally {
    await program.end()
  }
}

/** Sends a form of the blog, and returns the cookie of the session. */
async function enter(address: string, name: string): Promise<string> {
  const body = new URLSearchParams({ name, password: 'a long password' })
  const response = await fetch(address, { method: 'POST', body, redirect: 'manual' })
  expect(response.status).toBe(303)
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? expect.fail('expected a cookie')
}

const signUp = (url: string, name: string): Promise<string> => enter(`${url}/register`, name)

/** Logs in as a registered user, and checks that the next page shows the user. */
async function logIn(url: string, name: string): Promise<void> {
  const Cookie = await enter(`${url}/login`, name)
  expect(await (await fetch(url, { headers: { Cookie } })).text()).toContain(`Log out ${name}`)
}

const both = ['npm', 'pnpm'].flatMap((manager) =>
  Object.keys(pages).map((name) => [manager, name] as const),
)

describe.runIf(isSlow).concurrent('an application', () => {
  test.for(both)(
    'created by %s create phial from the template %s',
    async ([manager, template], { expect }) => {
      const cwd = join(home, `${manager}-${template}`)
      const app = join(cwd, 'shop')
      mkdirSync(cwd)
      const first = environment(manager === 'npm' ? '20' : '26')
      const said = await ends(create(manager, template), cwd, first)
      expect(said).toContain(manager === 'npm' ? 'npm run dev' : 'pnpm dev')
      await ends(script(manager, 'check'), app, first)
      const { path, shows, edit, changed } = pages[template] ?? {
        shows: '',
        edit: ['', '', ''],
        changed: '',
      }
      const [file, from, to] = edit
      const source = readFileSync(join(app, file), 'utf8')
      // Development and production both read it.
      writeFileSync(join(app, '.env'), `PHIAL_SECRET_KEY=${randomBytes(32).toString('hex')}\n`)
      for (const node of ['20', '26']) {
        const env = environment(node)
        // The test does not measure the speed of the machine.
        await ends(script(manager, 'test', '--testTimeout=120000'), app, env)
        let cookie = ''
        await serving(script(manager, 'dev', '--xray'), app, env, async (ask, url) => {
          expect(await ask(path)).toContain(shows)
          writeFileSync(join(app, file), source.replace(from, to))
          expect(await ask(path)).toContain(changed)
          writeFileSync(join(app, file), source)
          if (template !== 'blog') return
          cookie = await signUp(url, `Ada-${node}`)
          await logIn(url, `Ada-${node}`)
        })
        // The first time, `start` builds the app.
        if (node === '26') await ends(script(manager, 'build'), app, env)
        await serving(script(manager, 'start'), app, env, async (ask, url) => {
          expect(await ask(path)).toContain(shows)
          if (template !== 'blog') return
          const page = await (await fetch(url, { headers: { Cookie: cookie } })).text()
          expect(page).toContain(`Log out Ada-${node}`)
          await logIn(url, `Ada-${node}`)
          await signUp(url, `Bob-${node}`)
        })
      }
    },
  )
})

describe.runIf(isSlow)('its Dockerfile', () => {
  test.for([
    ['npm', 'site'],
    ['pnpm', 'blog'],
  ] as const)('builds an image that serves: %s, %s', async ([manager, template]) => {
    const into = join(home, `image-${manager}`)
    mkdirSync(into)
    const env = environment('26')
    const {
      folder: at,
      env: own,
      command,
    } = await build(join(home, `${manager}-${template}`, 'shop'), into, env)
    const [file = '', ...args] = command
    // Development dependencies are not in it.
    expect(() => readFileSync(join(at, 'node_modules/vitest/package.json'))).toThrow('ENOENT')
    await serving([join(at, file), ...args], at, { ...env, ...own }, async (ask) => {
      expect(await ask()).toContain(pages[template]?.shows)
    })
  })
})
