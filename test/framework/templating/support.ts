/** Creates apps with templates in temporary folders. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Phial, type PhialOptions, renderTemplate } from 'phial'
import { onTestFinished } from 'vitest'
import { make } from '../support.ts'

/** Writes files, by name, into a folder. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** Creates a folder with the given files, which is removed after the test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'phial-templates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  write(folder, files)
  return folder
}

/** Returns an app with the given templates. */
export function appWith(
  files: Readonly<Record<string, string>>,
  config: PhialOptions['config'] = {},
): Phial {
  const source = pathToFileURL(join(folderWith(files), 'app.ts')).href
  return new Phial(source, { templateFolder: '.', config })
}

/** Renders one of the given templates, by default `page`. */
export function rendered(
  files: Readonly<Record<string, string>>,
  data: object = {},
  name: string | string[] = 'page',
): string {
  return appWith(files)
    .appContext()
    .run(() => renderTemplate(name, data))
}

/** Runs a function in an app context. */
export function inApp<T>(work: () => T, app: Phial = make()): T {
  return app.appContext().run(work)
}
