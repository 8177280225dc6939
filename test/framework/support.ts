/** Helpers for several tests of the framework. */
import { hasAppContext, Phial, type PhialOptions } from 'phial'
import { afterEach, expect } from 'vitest'

/** Checks, after each test of a file that imports this one, that no context is active. */
afterEach(() => {
  expect(hasAppContext()).toBe(false)
})

/** Creates an app whose file is in this folder, and which logs text. */
export function make(options: PhialOptions = {}): Phial {
  return new Phial(import.meta.url, {
    ...options,
    config: { LOG_FORMAT: 'text', ...options.config },
  })
}

/** Returns an environ whose log is collected instead of printed. */
export function logging(): { log: () => string; environ: Record<string, unknown> } {
  const texts: string[] = []
  const write = (text: string): void => void texts.push(text)
  const writelines = (lines: Iterable<string>): void => void texts.push(...lines)
  const environ = { 'wsgi.errors': { write, writelines, flush: () => undefined } }
  return { log: () => texts.join(''), environ }
}

/** Returns the messages of a JSON log. */
export function messages(log: string): string[] {
  const lines = log.split('\n').filter((line) => line !== '')
  return lines.map((line) => (JSON.parse(line) as { message: string }).message)
}

/** Returns a view that throws. */
export function raise(error: unknown): () => never {
  return () => {
    throw error
  }
}

/** Creates an app whose only view throws, with its log. */
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
