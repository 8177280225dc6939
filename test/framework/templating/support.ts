/** Apps with templates of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { Phial, type PhialOptions, renderTemplate } from 'phial'
import { onTestFinished } from 'vitest'
import { make } from '../support.ts'

/** Writes files into a folder, each under its name. */
export function write(folder: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}

/** A folder with these files, for the time of one test. */
export function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'phial-templates-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  write(folder, files)
  return folder
}

/** An app whose templates these are. */
export function appWith(
  files: Readonly<Record<string, string>>,
  config: PhialOptions['config'] = {},
): Phial {
  const source = pathToFileURL(join(folderWith(files), 'app.ts')).href
  return new Phial(source, { templateFolder: '.', config })
}

/** Renders one of these templates: `page`, if not said otherwise. */
export function rendered(
  files: Readonly<Record<string, string>>,
  data: object = {},
  name: string | string[] = 'page',
): string {
  return appWith(files)
    .appContext()
    .run(() => renderTemplate(name, data))
}

/** Runs something where an app is at work. */
export function inApp<T>(work: () => T, app: Phial = make()): T {
  return app.appContext().run(work)
}
