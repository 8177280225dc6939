import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Blueprint, Phial, renderTemplate, sendFile, sendFromDirectory, session } from 'phial'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'phial-instance-'))
  onTestFinished(() => rm(made, { recursive: true }))
  return made
}

describe('the root path', () => {
  test('is the folder of the file, whatever characters its path has', () => {
    const at = pathToFileURL('/srv/my site/ä#b/app.ts').href
    expect(new Phial(at).rootPath).toBe('/srv/my site/ä#b')
    expect(new Blueprint('shop', at).rootPath).toBe('/srv/my site/ä#b')
  })

  test.each(['/srv/app.ts', 'https://example.com/app.js', 7])('%s is rejected', (url) => {
    expect(() => Reflect.construct(Phial, [url])).toThrow('Write new Phial(import.meta.url)')
    expect(() => Reflect.construct(Blueprint, ['a', url])).toThrow(
      'Write new Blueprint("a", import.meta.url)',
    )
  })
})

describe('an app without the URL of a file, as in a bundle for Workers', () => {
  const bundled = (): Phial => new Phial(undefined, { templateFolder: 'views' })

  test('answers, and a folder that is never asked for is never missed', async () => {
    const app = bundled()
    app.registerBlueprint(
      new Blueprint('shop', undefined, { templateFolder: 'shop', staticFolder: 'goods' }),
    )
    app.get('/', () => 'Hello')
    expect(await (await app.testClient().get('/')).text()).toBe('Hello')
    expect(app.templateFolders).toEqual([])
    expect([...app.staticFolders].map(([name, { path }]) => [name, path])).toEqual([
      ['static', undefined],
      ['shop.static', undefined],
    ])
  })

  test.each([
    ['rootPath', (app: Phial) => app.rootPath],
    ['instancePath', (app: Phial) => app.instancePath],
    ['a settings file', (app: Phial) => app.config.fromFile('settings.toml')],
    ['an instance file', (app: Phial) => app.openInstanceResource('visits.log')],
    ['sendFile', (app: Phial) => app.appContext().run(() => sendFile('report.pdf'))],
    [
      'a folder to send from',
      (app: Phial) => app.appContext().run(() => sendFromDirectory('a', 'b')),
    ],
  ])('%s is an error that names the way out', async (_, use) => {
    const using = async (): Promise<unknown> => use(bundled())
    await expect(using).rejects.toMatchObject({ code: 'ERR_PHIAL_NO_FOLDER' })
    await expect(using).rejects.toThrow('app.useBuild(build)')
  })

  test('a template or a static file that no build has is missing; nothing is read from the root', async () => {
    const app = bundled()
    app.get('/page', () => renderTemplate('index'))
    app.config.PROPAGATE_EXCEPTIONS = true
    const client = app.testClient()
    await expect(client.get('/page')).rejects.toThrow(
      'or run phial build and call app.useBuild(build)',
    )
    expect((await client.get('/static/etc/hostname')).status).toBe(404)
  })

  test('absolute folders are used', async () => {
    const made = await folder()
    await writeFile(join(made, 'a.txt'), 'a')
    const app = new Phial(undefined, {
      staticFolder: made,
      templateFolder: made,
      instancePath: made,
    })
    expect(app.templateFolders).toEqual([made])
    expect(app.instancePath).toBe(made)
    expect(await (await app.testClient().get('/static/a.txt')).text()).toBe('a')
  })

  test('debug mode makes a key for sessions that lasts as long as the process', async () => {
    const app = new Phial(undefined, { config: { DEBUG: true } })
    const warnings = vi.spyOn(app.logger, 'warning').mockReturnValue()
    app.get('/', () => {
      session.user = 'Ada'
      return ''
    })
    expect((await app.testClient().get('/')).headers.get('Set-Cookie')).toContain('session=')
    expect(warnings).toHaveBeenCalledWith(
      expect.stringContaining('a temporary one, which is lost when this process ends'),
    )
  })
})

describe('the instance folder', () => {
  test('is beside the app’s file, or where the app says', () => {
    const app = new Phial(import.meta.url)
    expect(app.instancePath).toBe(join(app.rootPath, 'instance'))
    expect(new Phial(import.meta.url, { instancePath: tmpdir() }).instancePath).toBe(tmpdir())
  })

  test('is beside the folder dist of an app that was compiled, which may be thrown away', () => {
    const app = new Phial('file:///srv/site/dist/app.js')
    expect([app.rootPath, app.instancePath]).toEqual(['/srv/site/dist', '/srv/site/instance'])
  })

  test('has to be absolute', () => {
    expect(() => new Phial(import.meta.url, { instancePath: 'data' })).toThrow(
      /Expected an absolute path for instancePath.*"data"/,
    )
  })

  test('has the settings, if the app says so', async () => {
    const instancePath = await folder()
    await writeFile(join(instancePath, 'config.toml'), 'SECRET_KEY = "of this place"')
    const app = new Phial(import.meta.url, { instancePath, instanceRelativeConfig: true })
    expect(app.config.fromFile('config.toml')).toBe(true)
    expect(app.config.SECRET_KEY).toBe('of this place')
    const other = new Phial(import.meta.url, { instancePath })
    expect(other.config.fromFile('config.toml', { silent: true })).toBe(false)
  })

  test('is made when something is written to it, and its files are read', async () => {
    const instancePath = join(await folder(), 'not', 'there')
    const app = new Phial(import.meta.url, { instancePath })
    await expect(app.openInstanceResource('visits.log')).rejects.toMatchObject({ code: 'ENOENT' })
    const log = await app.openInstanceResource('logs/visits.log', 'a')
    await log.writeFile('one\n')
    await log.close()
    expect(await readFile(join(instancePath, 'logs/visits.log'), 'utf8')).toBe('one\n')
    const read = await app.openInstanceResource('logs/visits.log')
    expect(await read.readFile('utf8')).toBe('one\n')
    await read.close()
  })

  test.each([
    '../app.ts',
    'a/../../app.ts',
    '..',
    '/etc/passwd',
    'C:\\secrets.txt',
    '..\\app.ts',
    '',
  ])('refuses the path %j, which leads out of it', async (path) => {
    const app = new Phial(import.meta.url, { instancePath: await folder() })
    await expect(app.openInstanceResource(path)).rejects.toThrow(RangeError)
    await expect(app.openInstanceResource(path, 'w')).rejects.toMatchObject({
      code: 'ERR_PHIAL_INSTANCE_PATH',
      message: expect.stringContaining(`received ${JSON.stringify(path)}`) as unknown,
    })
  })
})
