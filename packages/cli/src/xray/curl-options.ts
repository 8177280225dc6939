/** Parses the options `-H` and `-d`, which work as in curl. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { CommandError } from 'phial'
import { UsageError } from 'phial/tools'

/** Parses `Name: value`. Throws `UsageError` if the text is not a header. */
export function readHeader(text: string): [string, string] {
  const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+):\s*([^\r\n]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined)
    throw new UsageError(`${JSON.stringify(text)} is not a header. Write it as Name: value.`)
  return [name, value]
}

/** Returns the body for `-d` options: joined by `&`, with the content of the file for `@file`. */
export async function readData(
  data: readonly string[],
  folder: string,
): Promise<Uint8Array | undefined> {
  if (data.length === 0) return undefined
  const parts = data.map(async (one) =>
    one.startsWith('@') ? readBytes(one.slice(1), folder) : Buffer.from(one),
  )
  const pieces = (await Promise.all(parts)).flatMap((part) => [Buffer.from('&'), part])
  return Buffer.concat(pieces.slice(1))
}

/** Reads a file. Throws `CommandError` if that fails. */
export async function readBytes(name: string, folder: string): Promise<Buffer> {
  try {
    return await readFile(resolve(folder, name))
  } catch (error) {
    throw new CommandError(`Cannot read ${name}: ${(error as Error).message}`)
  }
}
