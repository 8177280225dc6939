/** Generates the import statement for an application that was passed as `MODULE:APP`. */
import { relative } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ApplicationLike } from '@phial/core'
import { readTarget } from '@phial/server/load'
import type { Imported } from '@phial/xray'

/** Returns the import for a test in `folder`. It uses the name in `spec`, or the name of the application's export. */
export async function importOf(
  spec: string,
  file: string,
  app: ApplicationLike,
  folder: string,
): Promise<Imported> {
  const [, asked] = /^(?:[A-Za-z]:[\\/])?[^:]*:([^]+)$/.exec(spec) ?? []
  const [first] = readTarget(spec).names
  const from = relative(folder, file).split('\\').join('/')
  const path = JSON.stringify(from.startsWith('.') ? from : `./${from}`).replaceAll('"', "'")
  if (first !== undefined && asked !== undefined)
    return {
      statement: `import { ${first} } from ${path}`,
      expression: asked.endsWith(')') ? `await ${asked}` : asked,
    }
  const exported = Object.entries((await import(pathToFileURL(file).href)) as object)
  const [name] = exported.find(([, value]) => value === app) ?? ['createApp']
  if (name === 'default') return { statement: `import app from ${path}`, expression: 'app' }
  return {
    statement: `import { ${name} } from ${path}`,
    expression: name === 'createApp' ? 'await createApp()' : name,
  }
}
