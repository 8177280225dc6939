/** Pictures that visitors upload. Each picture is a file in the folder `PICTURES`, next to a file with its caption. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { currentApp, saveFile } from 'phial'
import { z } from 'zod'

declare module 'phial' {
  interface Config {
    /** The folder of the pictures. */
    PICTURES: string
  }
}

const types = ['image/png', 'image/jpeg', 'image/gif', 'image/webp']

/** The input of the form. The browser receives the rules that it can check itself. */
export const upload = z.object({
  picture: z
    .file('Choose a picture.')
    .mime(types, 'Choose a PNG, JPEG, GIF or WebP picture.')
    .max(2_000_000, 'This picture is larger than 2 MB. Choose a smaller one.'),
  caption: z.string().trim().min(1, 'Say what it shows.').max(120),
  // Each form has another key, so that a form that is sent twice stores one picture.
  key: z.uuid().default(() => randomUUID()),
})

export interface Picture {
  file: string
  caption: string
  time: number
}

/** Stores a picture. Returns an error message if the file is not a picture. */
export async function savePicture({
  picture,
  caption,
  key,
}: z.infer<typeof upload>): Promise<string | undefined> {
  const extension = extensionOf(new Uint8Array(await picture.slice(0, 12).arrayBuffer()))
  if (extension === undefined) return 'This file is not a picture, despite its name.'
  const folder = currentApp.config.PICTURES
  await mkdir(folder, { recursive: true })
  const file = `${key}.${extension}`
  try {
    await saveFile(picture, join(folder, file))
    const facts: Picture = { file, caption, time: Date.now() }
    await writeFile(join(folder, `${key}.json`), JSON.stringify(facts))
  } catch (error) {
    const isThere = error instanceof Error && 'code' in error && error.code === 'EEXIST'
    if (!isThere) throw error
  }
  return undefined
}

/** Determines the file extension by the first bytes, because a client can send any name and type. */
function extensionOf(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start)
  if (text.startsWith('\x89PNG\r\n')) return 'png'
  if (text.startsWith('\xff\xd8\xff')) return 'jpg'
  if (text.startsWith('GIF8')) return 'gif'
  return text.startsWith('RIFF') && text.endsWith('WEBP') ? 'webp' : undefined
}

/** Returns the 24 newest pictures. */
export async function listPictures(): Promise<Picture[]> {
  const folder = currentApp.config.PICTURES
  const names = await readdir(folder).catch(() => [])
  const facts = names.filter((name) => name.endsWith('.json'))
  const pictures = await Promise.all(
    facts.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Picture),
  )
  return pictures.toSorted((one, other) => other.time - one.time).slice(0, 24)
}
