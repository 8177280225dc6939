/** The command as it is packed: its `bin`, its code, and freshly built templates. */
import { chmodSync, cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, onTestFinished } from 'vitest'
import { buildTemplates } from '../../../packages/create-phial/make/make.ts'
import { root } from '../../house/workspace.ts'

/** A folder for one test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'phial-create-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Creates the package for all tests of a file, readable by every user. Returns the path of its command. */
export function layOutCommand(): string {
  const folder = mkdtempSync(join(tmpdir(), 'phial-create-'))
  chmodSync(folder, 0o755)
  afterAll(() => rmSync(folder, { recursive: true }))
  const source = join(root, 'packages/create-phial')
  for (const part of ['bin', 'dist', 'package.json']) {
    const filter = (path: string): boolean => !path.endsWith('templates')
    cpSync(join(source, part), join(folder, part), { recursive: true, filter })
  }
  symlinkSync(join(source, 'node_modules'), join(folder, 'node_modules'))
  buildTemplates(join(folder, 'dist/templates'))
  return join(folder, 'bin/create-phial.js')
}

/** The environment of this process, without variables of CI and of package managers. */
export function plainEnvironment(more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(
    ([name]) => !/^(CI$|npm_|pnpm_|FORCE_COLOR)/i.test(name),
  )
  return { ...Object.fromEntries(own), NO_COLOR: '1', ...more }
}
