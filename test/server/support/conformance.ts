/** The conformance cases on one of Node's servers, which calls a handler. */
import type { RequestListener } from 'node:http'
import { errorStream, type Application } from '@phial/core'
import { runCase, serverCases, type Client, type ServerCase } from '@phial/core/conformance'
import { toNodeHandler } from '@phial/server'
import { expect, test } from 'vitest'

/** A listening server. */
export interface Host {
  readonly client: Client
  close(): void | Promise<void>
}

/** Starts a server that calls a handler. */
export type StartHost = (handler: RequestListener) => Promise<Host>

const quiet = { errors: errorStream(() => undefined) }

/** Runs all cases. `excused` has the reasons for cases that must fail, by the name of the case. */
export function conforms(
  start: StartHost,
  wrap: (app: Application) => Application,
  excused: Readonly<Record<string, string>> = {},
): void {
  const isExcused = ({ name }: ServerCase): boolean => Object.hasOwn(excused, name)
  const find = async (one: ServerCase): Promise<string | undefined> => {
    const host = await start(toNodeHandler(wrap(one.app()), quiet))
    try {
      return (await runCase(one, host.client)).found
    } finally {
      await host.close()
    }
  }
  test.each(serverCases.filter((one) => !isExcused(one)))('$rule $name', async (one) => {
    expect(await find(one)).toBeUndefined()
  })
  const rest = serverCases.filter(isExcused)
  test.skipIf(rest.length === 0).each(rest)('an excluded case fails: $rule $name', async (one) => {
    expect(await find(one)).toBeDefined()
  })
}
