/** Finds where the settings of an app come from: the environment, an env file, the code, or the defaults. */
import { relative } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { type Config, type Environment, Phial } from 'phial'
import type { Variables } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

/** The parts of `Program` that this module uses. */
interface Place {
  readonly folder: string
  readonly variables: Variables
}

/**
 * Lists each setting that differs from its default, with its origin, and the variables that the app does not load.
 * Values are omitted, because some are secret.
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

/** Returns the origin of a setting; `undefined` for a default. */
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
  // phial run reads PHIAL_DEBUG itself.
  settings.note(
    isDefault && name !== 'DEBUG',
    `${from}, is not loaded. Call app.config.fromPrefixedEnv() to load it.`,
  )
  return isDefault ? undefined : `code, which overrides ${from}`
}

/** Returns the value of a setting in a new app that loads these variables. */
function settingOf(name: string, env: Environment): unknown {
  const { config } = new Phial(import.meta.url, { staticFolder: null })
  const own = Object.entries(env).filter(([variable]) => isVariableOf(name, variable))
  try {
    config.fromPrefixedEnv('PHIAL', Object.fromEntries(own))
  } catch {
    // An app that loads an invalid value does not start, but this app has started.
    return undefined
  }
  return config[name]
}

/** Returns the variable for a setting, or for a part of it, such as `PHIAL_MAIL__PORT`. An empty variable is unset. */
function variableOf(name: string, env: Environment): string | undefined {
  return Object.keys(env).find((one) => isVariableOf(name, one) && env[one] !== '')
}

function isVariableOf(name: string, variable: string): boolean {
  return variable === `PHIAL_${name}` || variable.startsWith(`PHIAL_${name}__`)
}

/** Returns the source of a variable, such as `.env` or `environment`. */
function sourceOf(variable: string, { folder, variables }: Place): string {
  const file = variables.files.get(variable)
  return file === undefined ? 'environment' : relative(folder, file)
}
