/**
 * Writes what is made from the table of settings: src/settings/types.ts, and the tables in
 * docs/serving.md. Run it by `pnpm settings`.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { Setting } from '../src/settings/setting.ts'
import { fallbackText, optionText } from '../src/settings/show.ts'
import { signals } from '../src/supervisor/signals.ts'
import { settings, table } from '../src/settings/table.ts'

const NOTE = '// Written by `pnpm settings` from table.ts. Change that.\n'

/** The text of src/settings/types.ts. */
export function typesText(): string {
  const rows = [...settings]
  const configurable = rows.filter(([, { not }]) => not !== 'config')
  return `${NOTE}import type { HooksOf, MasterInfoOf, WorkerInfoOf } from './hooks.ts'

/** The hooks of a config file. See {@link HooksOf}. */
export type Hooks = HooksOf<Settings>

/** The master, as its hooks see it. See {@link MasterInfoOf}. */
export type MasterInfo = MasterInfoOf<Settings>

/** A worker, as its hooks see it. See {@link WorkerInfoOf}. */
export type WorkerInfo = WorkerInfoOf<Settings>

/** All that \`phial-server\` knows when it starts, checked. */
export interface Settings {
${rows.map(settingMember).join('\n')}
  /** Functions that are called at certain moments. */
  readonly hooks: Hooks
}

/**
 * What a config file exports as its default.
 *
 * \`\`\`ts
 * export default { bind: 'unix:/run/site.sock', workers: 4 } satisfies ServerConfig
 * \`\`\`
 */
export interface ServerConfig {
${configurable.map(configMember).join('\n')}
  /** Functions that are called at certain moments. */
  readonly hooks?: Hooks | undefined
}
`
}

function settingMember([name, setting]: [string, Setting]): string {
  const isSure = setting.fallback !== undefined
  return `  ${comment(name, setting)}\n  readonly ${name}: ${setting.kind.type}${isSure ? '' : ' | undefined'}`
}

function configMember([name, setting]: [string, Setting]): string {
  const { type, configType = type } = setting.kind
  return `  ${comment(name, setting)}\n  readonly ${name}?: ${configType} | undefined`
}

function comment(name: string, setting: Setting): string {
  const fallback = fallbackText(setting)
  const option = optionText(name, setting)
  const help = setting.help.charAt(0).toUpperCase() + setting.help.slice(1)
  const told = option === '' ? '' : ` \`${option}\``
  return `/** ${help}.${told}${fallback === '' ? '' : ` Default: ${fallback}.`} */`
}

/** The tables of settings in docs/serving.md. */
export function settingsTables(): string {
  return Object.entries(table)
    .map(([title, rows]) => {
      const lines = Object.entries(rows).map(([name, setting]) => tableRow(name, setting))
      return `### ${title}\n\n| option | in a config file | default | |\n|---|---|---|---|\n${lines.join('\n')}\n`
    })
    .join('\n')
}

function tableRow(name: string, setting: Setting): string {
  const option = optionText(name, setting)
  const cells = [
    option === '' ? '(the word)' : `\`${option}\``,
    setting.not === 'config' ? '' : `\`${name}\``,
    fallbackText(setting),
    setting.help,
  ]
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`
}

/** The table of signals in docs/serving.md. */
export function signalsTable(): string {
  const rows = Object.entries(signals).map(([name, what]) => `| \`${name}\` | ${what} |`)
  return `| signal | what the master does |\n|---|---|\n${rows.join('\n')}\n`
}

/** A page with what stands between the marks `<!-- name -->` and `<!-- /name -->` written anew. */
export function withTables(page: string): string {
  const tables: Record<string, string> = { settings: settingsTables(), signals: signalsTable() }
  return page.replaceAll(
    /<!-- (\w+) -->\n[^]*?<!-- \/\1 -->/g,
    (_all, name: string) => `<!-- ${name} -->\n\n${tables[name] ?? ''}\n<!-- /${name} -->`,
  )
}

export const TYPES: URL = new URL('../src/settings/types.ts', import.meta.url)
export const PAGE: URL = new URL('../../../docs/serving.md', import.meta.url)

if (
  process.argv[1] !== undefined &&
  import.meta.url.endsWith(process.argv[1].replaceAll('\\', '/'))
) {
  writeFileSync(TYPES, typesText())
  writeFileSync(PAGE, withTables(readFileSync(PAGE, 'utf8')))
}
