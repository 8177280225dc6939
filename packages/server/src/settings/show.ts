/** What is said of the settings: `--help`, `--print-config`, and the words for both. */
import type { Setting } from './setting.ts'
import type { SettingsRead } from './read.ts'
import { flagOf, settings, table } from './table.ts'

/** `-w, --workers N`; nothing for what is no option. */
export function optionText(name: string, setting: Setting): string {
  if (setting.not === 'option') return ''
  const { short, kind } = setting
  const long = `--${flagOf(name, setting)}${kind.value === undefined ? '' : ` ${kind.value}`}`
  return short === undefined ? long : `-${short}, ${long}`
}

/** What holds if nothing is said, in words. Nothing for a switch. */
export function fallbackText({ kind, fallback, otherwise, env }: Setting): string {
  if (otherwise !== undefined) return otherwise
  if (fallback === undefined || kind.value === undefined) return ''
  const words = [fallback].flat().join(',')
  if (env === undefined) return words
  return env.name === 'PORT' ? `${words}, or 0.0.0.0:$PORT` : `$${env.name}, or ${words}`
}

/** What `--help` prints. */
export function helpText(): string {
  const sections = Object.entries(table).map(([title, rows]) => {
    const lines = Object.entries(rows).map(([name, setting]) => line(name, setting))
    return `${title}:\n${lines.filter((text) => text !== '').join('\n')}\n`
  })
  return `Usage: phial-server [OPTIONS] MODULE:APP

MODULE is a path without its ending, or a package's name. APP is an export, dotted if it lies
deeper, or a call that makes the application; without it: default, app or application.

  phial-server -w 4 get_started:helloWorld
  phial-server -b 127.0.0.1:0 --access-logfile - 'site:createApp("production")'

In brackets is what holds without an option.

${sections.join('\n')}
PHIAL_SERVER_ARGS may hold options too; those of the command line win, and both win over the
config file. In it, settings have the options' names in camelCase: export default { keepAlive: 5 }
`
}

const WIDTH = 32

function line(name: string, setting: Setting): string {
  const option = optionText(name, setting)
  if (option === '') return ''
  const indented = setting.short === undefined ? `    ${option}` : option
  const fallback = fallbackText(setting)
  const text = fallback === '' ? setting.help : `${setting.help} [${fallback}]`
  return indented.length > WIDTH
    ? `  ${indented}\n${' '.repeat(WIDTH + 4)}${text}`
    : `  ${indented.padEnd(WIDTH)}  ${text}`
}

/** What `--print-config` prints: `keepAlive = 65  # default`, a line for each setting. */
export function configText({ settings: values, from }: SettingsRead): string {
  const names = [...settings].filter(([, { not }]) => not !== 'config').map(([name]) => name)
  const shown = Object.entries(values)
  const width = Math.max(...names.map((name) => name.length))
  const lines = names.map((name) => {
    const value: unknown = shown.find(([other]) => other === name)?.[1]
    return `${name.padEnd(width)} = ${JSON.stringify(value) ?? 'undefined'}  # ${from[name] ?? ''}\n`
  })
  const hooks = Object.keys(values.hooks)
  const told =
    hooks.length > 0
      ? `${'hooks'.padEnd(width)} = ${hooks.join(', ')}  # ${from['hooks'] ?? ''}\n`
      : ''
  return lines.join('') + told
}
