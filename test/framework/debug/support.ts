/** Helpers that request debug pages of an app. */
import { call, type CallAnswer } from '@phial/core'
import type { Phial } from 'phial'
import { debugged } from 'phial/debug'
import { logging } from '../support.ts'
import { makeApp } from './app.ts'

export interface Asked {
  readonly answer: CallAnswer
  readonly log: string
}

/** Sends a request, by default like a browser on this machine. */
export async function ask(
  path: string,
  headers: Readonly<Record<string, string>> = {},
  { app = makeApp(), address = '127.0.0.1' }: { app?: Phial; address?: string } = {},
): Promise<Asked> {
  const { log, environ } = logging()
  const answer = await call(debugged(app), {
    path,
    headers: { Accept: 'text/html', ...headers },
    environ: { ...environ, REMOTE_ADDR: address },
  })
  return { answer, log: log() }
}

/** Returns the value of a response header. */
export function header({ headers }: CallAnswer, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name)?.[1]
}
