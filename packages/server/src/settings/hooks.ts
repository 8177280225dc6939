/** The hooks of a config file. */
import type { StartError } from '../errors.ts'

/** Functions by name; each is called with what its moment knows. */
export type Hooks = Readonly<Record<string, (...args: never[]) => unknown>>

/** Reads the hooks of a config file, or throws what `fault` makes of the reason why not. */
export function readHooks(given: unknown, fault: (why: string) => StartError): Hooks {
  if (typeof given !== 'object' || given === null) throw fault('it takes an object with functions')
  for (const [name, hook] of Object.entries(given))
    if (typeof hook !== 'function') throw fault(`${name} is not a function`)
  return given as Hooks
}
