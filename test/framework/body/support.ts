/** Helpers for the tests of bodies. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Config, Phial } from 'phial'
import { afterEach, beforeEach } from 'vitest'
import { make } from '../support.ts'

/** An app that responds with what it reads from the body. */
export function echo(read: () => unknown, config: Partial<Config> = {}): Phial {
  const made = make({ config })
  made.post('/', async () => ({ said: (await read()) ?? null }))
  return made
}

/** One part of a multipart form. */
export interface Part {
  name?: string
  file?: string
  type?: string
  body?: string | Uint8Array
}

export const BOUNDARY = 'XboundaryX'
export const MULTIPART: Record<string, string> = {
  'Content-Type': `multipart/form-data; boundary=${BOUNDARY}`,
}

/** The bytes of a multipart form. */
export function multipart(...parts: readonly Part[]): Buffer {
  const pieces = parts.flatMap(({ name, file, type, body = '' }) => {
    const named = name === undefined ? '' : `; name="${name}"`
    const filed = file === undefined ? '' : `; filename="${file}"`
    const typed = type === undefined ? '' : `Content-Type: ${type}\r\n`
    const head = `--${BOUNDARY}\r\nContent-Disposition: form-data${named}${filed}\r\n${typed}\r\n`
    return [Buffer.from(head), Buffer.from(body), Buffer.from('\r\n')]
  })
  return Buffer.concat([...pieces, Buffer.from(`--${BOUNDARY}--\r\n`)])
}

/** Creates a folder for the temporary files of a test file. Returns a function that lists it. */
export function ownTemporaryFolder(): { files: () => string[] } {
  const before = process.env['TMPDIR']
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(before ?? tmpdir(), 'test-'))
    process.env['TMPDIR'] = folder
  })
  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR']
    else process.env['TMPDIR'] = before
    rmSync(folder, { recursive: true })
  })
  return { files: () => readdirSync(folder, { recursive: true }).map(String) }
}
