/** Calls the hooks of a config file. */
import { StartError, exitCodes } from '../errors.ts'
import { headline, ownStack } from '../load/import.ts'
import type { ErrorLog } from '../logs/error.ts'
import type { Hooks } from '../settings/types.ts'

type Arguments<Name extends keyof Hooks> = Parameters<NonNullable<Hooks[Name]>>

/** Calls a hook if it is defined. Logs an error that it throws. */
export async function callHook<Name extends keyof Hooks>(
  hooks: Hooks,
  log: ErrorLog,
  name: Name,
  ...args: Arguments<Name>
): Promise<void> {
  try {
    await requireHook(hooks, name, ...args)
  } catch (error) {
    const { message, detail = '' } = error as StartError
    log.error(`${message}\n${detail}`)
  }
}

/** Calls a hook if it is defined. Rejects with a {@link StartError} if it throws. */
export async function requireHook<Name extends keyof Hooks>(
  hooks: Hooks,
  name: Name,
  ...args: Arguments<Name>
): Promise<void> {
  const hook = hooks[name] as ((...given: Arguments<Name>) => unknown) | undefined
  if (!hook) return
  try {
    await hook(...args)
  } catch (error) {
    const message = `the hook ${name} failed: ${headline(error)}`
    throw new StartError(exitCodes.configuration, message, ownStack(error))
  }
}
