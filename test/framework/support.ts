/** What several tests of the framework need. */
import { hasAppContext, Phial, type PhialOptions } from 'phial'
import { afterEach, expect } from 'vitest'

/** Whoever uses this file has it checked, after each test, that no context was left behind. */
afterEach(() => {
  expect(hasAppContext()).toBe(false)
})

/** An app whose file is in this folder, and which logs as to a terminal. */
export function make(options: PhialOptions = {}): Phial {
  return new Phial(import.meta.url, {
    ...options,
    config: { LOG_FORMAT: 'text', ...options.config },
  })
}

/** An environ whose errors are kept instead of printed. */
export function logging(): { log: () => string; environ: Record<string, unknown> } {
  const texts: string[] = []
  const write = (text: string): void => void texts.push(text)
  const writelines = (lines: Iterable<string>): void => void texts.push(...lines)
  const environ = { 'wsgi.errors': { write, writelines, flush: () => undefined } }
  return { log: () => texts.join(''), environ }
}

/** The messages of a log in JSON. */
export function messages(log: string): string[] {
  const lines = log.split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as { message: string }).message)
}

/** A view that fails. */
export function raise(error: unknown): () => never {
  return () => {
    throw error
  }
}

/** An app whose one view fails, with what it logs. */
export function failing(fail: () => never): {
  app: Phial
  log: () => string
  ask: (headers?: Record<string, string>) => Promise<Response>
} {
  const app = make()
  const { log, environ } = logging()
  app.get('/', fail)
  const ask = (headers = {}): Promise<Response> => app.testClient().get('/', { headers, environ })
  return { app, log, ask }
}
