import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Blueprint, Phial } from 'phial'
import { describe, expect, onTestFinished, test } from 'vitest'

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

  test.each([undefined, '/srv/app.ts', 'https://example.com/app.js', 7])(
    '%s is rejected',
    (url) => {
      expect(() => Reflect.construct(Phial, [url])).toThrow('Write new Phial(import.meta.url)')
      expect(() => Reflect.construct(Blueprint, ['a', url])).toThrow(
        'Write new Blueprint("a", import.meta.url)',
      )
    },
  )
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
