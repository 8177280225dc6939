/** Generates the table of settings in docs/configuration.md from the comments in config.ts. */
import { read } from '../../house/workspace.ts'

/** Returns a row for each setting, with its comment, in the order of the source. */
export function settingRows(): string[] {
  const source = read('packages/framework/src/config/config.ts')
  const [, body = ''] = /export interface Settings \{\n([^]*?)\n\}/.exec(source) ?? []
  const rows = [...body.matchAll(/\/\*\* (.*) \*\/\n {2}([A-Z_]+): /g)]
  return rows.map(([, text = '', name = '']) => `| \`${name}\` | ${text.replaceAll('|', '\\|')} |`)
}
