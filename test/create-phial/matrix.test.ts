/**
 * `npm create phial` as its users have it: packed packages, a registry, real package managers, and every script of
 * what comes out. Each template is made by npm on the oldest Node and by pnpm on the newest, and what was made
 * runs on both: what is installed does not depend on the Node that installed it. Minutes, so `pnpm test:slow`.
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

/** What the first page of each template shows, and an edit: a file, what is in it, and what takes its place. */
const pages: Record<
  string,
  { path?: string; shows: string; edit: [file: string, from: string, to: string]; anew: string }
> = {
  gateway: {
    shows: 'It works.',
    edit: ['home.ts', 'It works', 'It still works'],
    anew: 'It still works.',
  },
  minimal: { shows: '12 squared', edit: ['app.ts', '3, 12', '3, 13'], anew: '13 squared' },
  site: {
    shows: '<h1>A small site</h1>',
    edit: ['app.ts', "renderTemplate('index')", "'Made anew'"],
    anew: 'Made anew',
  },
  blog: {
    shows: 'There are no posts yet',
    edit: ['templates/posts/index.eta', 'There are no posts yet', 'No posts so far'],
    anew: 'No posts so far',
  },
  api: {
    shows: '· API</title>',
    edit: ['templates/index.eta', '· API', '· Yours'],
    anew: '· Yours</title>',
  },
  deploy: {
    path: '/about', // its first page needs Redis
    shows: 'reads no session',
    edit: ['templates/about.eta', 'no session', 'nothing'],
    anew: 'reads nothing',
  },
  ladder: {
    shows: 'Guest book',
    edit: ['5-phial/templates/index.eta', 'Sign<', 'Write<'],
    anew: 'Write<',
  },
}

/** Programs by the version of Node or their name. */
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

/** A machine with nothing on it: caches of its own, this registry, and this Node. */
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
    // Any port that is free, in development and in production.
    PHIAL_RUN_PORT: '0',
    PHIAL_SERVER_ARGS: '--bind 127.0.0.1:0',
  })
}

/** Runs a command to its end, which has to be a good one. */
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

/** Starts a script that serves, and asks for its first page. */
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
  return response.headers.getSetCookie()[0]?.split(';')[0] ?? expect.fail('there is no cookie')
}

const signUp = (url: string, name: string): Promise<string> => enter(`${url}/register`, name)

/** Logs in as a user who has signed up, and sees that the next page knows the user. */
async function logIn(url: string, name: string): Promise<void> {
  const Cookie = await enter(`${url}/login`, name)
  expect(await (await fetch(url, { headers: { Cookie } })).text()).toContain(`Log out ${name}`)
}

const both = ['npm', 'pnpm'].flatMap((manager) =>
  Object.keys(pages).map((name) => [manager, name] as const),
)

describe.runIf(isSlow).concurrent('an application', () => {
  test.for(both)(
    'made by %s create phial, of the template %s',
    async ([manager, template], { expect }) => {
      const cwd = join(home, `${manager}-${template}`)
      const app = join(cwd, 'shop')
      mkdirSync(cwd)
      const first = environment(manager === 'npm' ? '20' : '26')
      const said = await ends(create(manager, template), cwd, first)
      expect(said).toContain(manager === 'npm' ? 'npm run dev' : 'pnpm dev')
      await ends(script(manager, 'check'), app, first)
      const { path, shows, edit, anew } = pages[template] ?? {
        shows: '',
        edit: ['', '', ''],
        anew: '',
      }
      const [file, from, to] = edit
      const source = readFileSync(join(app, file), 'utf8')
      // Development and production read it alike.
      writeFileSync(join(app, '.env'), `PHIAL_SECRET_KEY=${randomBytes(32).toString('hex')}\n`)
      for (const node of ['20', '26']) {
        const env = environment(node)
        // How fast a machine is, is not what is tested.
        await ends(script(manager, 'test', '--testTimeout=120000'), app, env)
        let cookie = ''
        await serving(script(manager, 'dev', '--xray'), app, env, async (ask, url) => {
          expect(await ask(path)).toContain(shows)
          writeFileSync(join(app, file), source.replace(from, to))
          expect(await ask(path)).toContain(anew)
          writeFileSync(join(app, file), source)
          if (template !== 'blog') return
          cookie = await signUp(url, `Ada-${node}`)
          await logIn(url, `Ada-${node}`)
        })
        // The first time nobody has built it: `start` does.
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
  ] as const)('makes an image that serves: %s, %s', async ([manager, template]) => {
    const into = join(home, `image-${manager}`)
    mkdirSync(into)
    const env = environment('26')
    const {
      folder: at,
      env: own,
      command,
    } = await build(join(home, `${manager}-${template}`, 'shop'), into, env)
    const [file = '', ...args] = command
    // What is for development is not in it.
    expect(() => readFileSync(join(at, 'node_modules/vitest/package.json'))).toThrow('ENOENT')
    await serving([join(at, file), ...args], at, { ...env, ...own }, async (ask) => {
      expect(await ask()).toContain(pages[template]?.shows)
    })
  })
})
