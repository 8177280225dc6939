/** Formats the settings for `--help`, `--print-config` and the documentation. */
import type { Setting } from './setting.ts'
import type { SettingsRead } from './read.ts'
import { flagOf, settings, table } from './table.ts'

/** Returns an option as `--help` shows it, such as `-w, --workers N`. Empty for a setting that is not an option. */
export function optionText(name: string, setting: Setting): string {
  if (setting.not === 'option') return ''
  const { short, kind } = setting
  const long = `--${flagOf(name, setting)}${kind.value === undefined ? '' : ` ${kind.value}`}`
  return short === undefined ? long : `-${short}, ${long}`
}

/** Describes the default of a setting. Empty for a switch. */
export function fallbackText({ kind, fallback, otherwise, env }: Setting): string {
  if (otherwise !== undefined) return otherwise
  if (fallback === undefined || kind.value === undefined) return ''
  const words = [fallback].flat().join(',')
  if (env === undefined) return words
  return env.name === 'PORT' ? `${words}, or 0.0.0.0:$PORT` : `$${env.name}, or ${words}`
}

/** Returns the output of `--help`. */
export function helpText(): string {
  const sections = Object.entries(table).map(([title, rows]) => {
    const lines = Object.entries(rows).map(([name, setting]) => line(name, setting))
    return `${title}:\n${lines.filter((text) => text !== '').join('\n')}\n`
  })
  return `Usage: phial-server [OPTIONS] MODULE:APP

MODULE is the path of a file without its extension, or the name of a package. APP is an export,
with dots for nested properties, or a call that returns the application. Without APP, the export
default, app or application is used, or the result of createApp() or makeApp().

  phial-server -w 4 get_started:helloWorld
  phial-server -b 127.0.0.1:0 --access-logfile - 'site:createApp("production")'

Defaults are in brackets.

${sections.join('\n')}
The environment variable PHIAL_SERVER_ARGS may contain options too. The command line overrides it,
and both override the config file. The names in a config file are those of the options in
camelCase: export default { keepAlive: 5 }
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

/** Returns the output of `--print-config`: a line for each setting, such as `keepAlive = 65  # default`. */
export function configText({ settings: values, from }: SettingsRead): string {
  const names = [...settings].filter(([, { not }]) => not !== 'config').map(([name]) => name)
  const shown = Object.entries(values)
  const width = Math.max(...names.map((name) => name.length))
  const lines = names.map((name) => {
    const value: unknown = shown.find(([other]) => other === name)?.[1]
    return `${name.padEnd(width)} = ${JSON.stringify(value) ?? 'undefined'}  # ${from[name] ?? ''}\n`
  })
  const hooks = Object.keys(values.hooks)
  const hooksLine =
    hooks.length > 0
      ? `${'hooks'.padEnd(width)} = ${hooks.join(', ')}  # ${from['hooks'] ?? ''}\n`
      : ''
  return lines.join('') + hooksLine
}
