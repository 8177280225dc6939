/** Where the settings of an app come from: the environment, a file of variables, the code, or the defaults. */
import { relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Config, type Environment, Phial } from 'phial'
import type { Variables } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

/** What this needs of the program. */
interface Place {
  readonly folder: string
  readonly variables: Variables
}

/**
 * Lists each setting that is not the default, with its origin, and the variables that the app does not load.
 * Values are not shown: some are secret.
 */
export function examineOrigins({ config }: Phial, place: Place): Finding[] {
  const settings = new Findings('settings')
  const names = Object.keys(config).filter((name) => /^[A-Z][A-Z\d_]*$/.test(name))
  const rows = names.toSorted().flatMap((name) => {
    const origin = originOf(name, config, place, settings)
    return origin === undefined ? [] : [{ level: 'value', about: name, text: origin } as const]
  })
  const rest = { level: 'value', about: 'all others', text: 'default' } as const
  return [...settings.all, ...rows, rest]
}

/** Where a setting comes from; `undefined` for a default. */
function originOf(
  name: string,
  config: Config,
  place: Place,
  settings: Findings,
): string | undefined {
  const isDefault = isDeepStrictEqual(config[name], settingOf(name, {}))
  const variable = variableOf(name, place.variables.env)
  if (variable === undefined) return isDefault ? undefined : 'code'
  const from = `${variable}, ${sourceOf(variable, place)}`
  if (isDeepStrictEqual(config[name], settingOf(name, place.variables.env))) return from
  // phial run reads it itself.
  settings.note(
    isDefault && name !== 'DEBUG',
    `${from}, is not loaded: app.config.fromPrefixedEnv() loads it.`,
  )
  return isDefault ? undefined : `code, which replaces ${from}`
}

/** What a setting is in a new app that loads these variables. */
function settingOf(name: string, env: Environment): unknown {
  const { config } = new Phial(import.meta.url, { staticFolder: null })
  const own = Object.entries(env).filter(([variable]) => isVariableOf(name, variable))
  try {
    config.fromPrefixedEnv('PHIAL', Object.fromEntries(own))
  } catch {
    // An app that loads it does not start; this one does.
    return undefined
  }
  return config[name]
}

/** The variable that sets a setting, or a part of it: `PHIAL_MAIL__PORT`. An empty one counts as unset. */
function variableOf(name: string, env: Environment): string | undefined {
  return Object.keys(env).find((one) => isVariableOf(name, one) && env[one] !== '')
}

function isVariableOf(name: string, variable: string): boolean {
  return variable === `PHIAL_${name}` || variable.startsWith(`PHIAL_${name}__`)
}

/** `.env`, or `environment`. */
function sourceOf(variable: string, { folder, variables }: Place): string {
  const file = variables.files.get(variable)
  return file === undefined ? 'environment' : relative(folder, file)
}
