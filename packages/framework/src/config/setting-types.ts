/** What Phial's own settings may be. Those of an app are its own affair, or its schema's. */
import { withCode } from '@phial/core'
import { LEVELS } from '../logging/logger.ts'
import { defaultConfig } from './config.ts'

/** The values of settings that have few. */
const CHOICES: Readonly<Record<string, readonly unknown[]>> = {
  LOG_LEVEL: LEVELS,
  LOG_FORMAT: ['text', 'json'],
  SESSION_COOKIE_SAMESITE: ['Lax', 'Strict', 'None'],
}

/** The type that one of Phial's own settings has, if that is known. */
export function typeOf(name: string): string | undefined {
  const defaults: Readonly<Record<string, unknown>> = { ...defaultConfig() }
  return Object.hasOwn(defaults, name) ? typeName(defaults[name]) : undefined
}

/** The name of a value's type as a sentence has it; `undefined` for what could be anything. */
function typeName(value: unknown): string | undefined {
  if (Array.isArray(value)) return 'list'
  return value === undefined || value === null ? undefined : typeof value
}

/** Raises `TypeError` for a value that one of Phial's own settings cannot have. `where` says where it was read. */
export function checkSetting(name: string, value: unknown, where: string): void {
  const wanted = typeOf(name)
  if (wanted !== undefined && typeName(value) !== wanted)
    throw wrong(name, `a ${wanted}`, value, where)
  const choices = Object.hasOwn(CHOICES, name) ? CHOICES[name] : undefined
  if (choices === undefined || value === undefined || choices.includes(value)) return
  throw wrong(name, `one of ${choices.join(', ')}`, value, where)
}

function wrong(name: string, wanted: string, value: unknown, where: string): TypeError {
  return withCode(
    'ERR_PHIAL_CONFIG_TYPE',
    new TypeError(`${where}${name} has to be ${wanted}; it came as ${JSON.stringify(value)}.`),
  )
}
