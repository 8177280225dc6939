import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Blueprint, Phial, renderTemplate, sendFile, sendFromDirectory, session } from 'phial'
import { describe, expect, onTestFinished, test, vi } from 'vitest'

async function temporaryFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'phial-instance-'))
  onTestFinished(() => rm(path, { recursive: true }))
  return path
}

describe('rootPath', () => {
  test('is the folder of the file, even if its path has special characters', () => {
    const at = pathToFileURL('/srv/my site/ä#b/app.ts').href
    expect(new Phial(at).rootPath).toBe('/srv/my site/ä#b')
    expect(new Blueprint('shop', at).rootPath).toBe('/srv/my site/ä#b')
  })

  test.each(['/srv/app.ts', 'https://example.com/app.js', 7])('throws for the URL %s', (url) => {
    expect(() => Reflect.construct(Phial, [url])).toThrow('Write new Phial(import.meta.url)')
    expect(() => Reflect.construct(Blueprint, ['a', url])).toThrow(
      'Write new Blueprint("a", import.meta.url)',
    )
  })
})

describe('an app without the URL of a file, as in a bundle for Cloudflare Workers', () => {
  const bundled = (): Phial => new Phial(undefined, { templateFolder: 'views' })

  test('responds to requests that need no folder', async () => {
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
  ])('throws an error with the remedy for %s', async (_, use) => {
    const using = async (): Promise<unknown> => use(bundled())
    await expect(using).rejects.toMatchObject({ code: 'ERR_PHIAL_NO_FOLDER' })
    await expect(using).rejects.toThrow('app.useBuild(build)')
  })

  test('throws for a template and returns 404 for a static file that no build has', async () => {
    const app = bundled()
    app.get('/page', () => renderTemplate('index'))
    app.config.PROPAGATE_EXCEPTIONS = true
    const client = app.testClient()
    await expect(client.get('/page')).rejects.toThrow(
      'or run phial build and call app.useBuild(build)',
    )
    expect((await client.get('/static/etc/hostname')).status).toBe(404)
  })

  test('uses absolute folders', async () => {
    const folder = await temporaryFolder()
    await writeFile(join(folder, 'a.txt'), 'a')
    const app = new Phial(undefined, {
      staticFolder: folder,
      templateFolder: folder,
      instancePath: folder,
    })
    expect(app.templateFolders).toEqual([folder])
    expect(app.instancePath).toBe(folder)
    expect(await (await app.testClient().get('/static/a.txt')).text()).toBe('a')
  })

  test('generates a key for sessions in debug mode that lasts as long as the process', async () => {
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
  test('is next to the app’s file, or at instancePath', () => {
    const app = new Phial(import.meta.url)
    expect(app.instancePath).toBe(join(app.rootPath, 'instance'))
    expect(new Phial(import.meta.url, { instancePath: tmpdir() }).instancePath).toBe(tmpdir())
  })

  test('is next to the folder dist if the app was compiled', () => {
    const app = new Phial('file:///srv/site/dist/app.js')
    expect([app.rootPath, app.instancePath]).toEqual(['/srv/site/dist', '/srv/site/instance'])
  })

  test('throws if instancePath is not absolute', () => {
    expect(() => new Phial(import.meta.url, { instancePath: 'data' })).toThrow(
      /Expected an absolute path for instancePath, received "data"/,
    )
  })

  test('contains the settings files if instanceRelativeConfig is set', async () => {
    const instancePath = await temporaryFolder()
    await writeFile(join(instancePath, 'config.toml'), 'SECRET_KEY = "of this place"')
    const app = new Phial(import.meta.url, { instancePath, instanceRelativeConfig: true })
    expect(app.config.fromFile('config.toml')).toBe(true)
    expect(app.config.SECRET_KEY).toBe('of this place')
    const other = new Phial(import.meta.url, { instancePath })
    expect(other.config.fromFile('config.toml', { silent: true })).toBe(false)
  })

  test('is created when a file in it is opened for writing', async () => {
    const instancePath = join(await temporaryFolder(), 'not', 'there')
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
  ])('rejects the path %j, which is outside of it', async (path) => {
    const app = new Phial(import.meta.url, { instancePath: await temporaryFolder() })
    await expect(app.openInstanceResource(path)).rejects.toThrow(RangeError)
    await expect(app.openInstanceResource(path, 'w')).rejects.toMatchObject({
      code: 'ERR_PHIAL_INSTANCE_PATH',
      message: expect.stringContaining(`received ${JSON.stringify(path)}`) as unknown,
    })
  })
})
