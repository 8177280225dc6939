/** Pictures that visitors upload: each is a file in the folder `PICTURES`, and another one with its caption. */
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

/** What the form takes. The browser is told as much of it as it can check by itself. */
export const upload = z.object({
  picture: z
    .file('Please choose a picture.')
    .mime(types, 'Please choose a PNG, JPEG, GIF or WebP picture.')
    .max(2_000_000, 'This picture is larger than 2 MB. Please choose a smaller one.'),
  caption: z.string().trim().min(1, 'Please say what it shows.').max(120),
  // Another one for each form that is shown: whoever sends a form twice uploads once.
  key: z.uuid().default(() => randomUUID()),
})

export interface Picture {
  file: string
  caption: string
  time: number
}

/** Keeps a picture. Returns what is wrong with it, if anything is. */
export async function savePicture({
  picture,
  caption,
  key,
}: z.infer<typeof upload>): Promise<string | undefined> {
  const ending = endingOf(new Uint8Array(await picture.slice(0, 12).arrayBuffer()))
  if (ending === undefined) return 'This file is no picture, whatever its name says.'
  const folder = currentApp.config.PICTURES
  await mkdir(folder, { recursive: true })
  const file = `${key}.${ending}`
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

/** What the first bytes say that a file is. A name, or a type, can be made up. */
function endingOf(start: Uint8Array): string | undefined {
  const text = String.fromCharCode(...start)
  if (text.startsWith('\x89PNG\r\n')) return 'png'
  if (text.startsWith('\xff\xd8\xff')) return 'jpg'
  if (text.startsWith('GIF8')) return 'gif'
  return text.startsWith('RIFF') && text.endsWith('WEBP') ? 'webp' : undefined
}

/** The newest pictures first. */
export async function listPictures(): Promise<Picture[]> {
  const folder = currentApp.config.PICTURES
  const names = await readdir(folder).catch(() => [])
  const facts = names.filter((name) => name.endsWith('.json'))
  const pictures = await Promise.all(
    facts.map(async (name) => JSON.parse(await readFile(join(folder, name), 'utf8')) as Picture),
  )
  return pictures.toSorted((one, other) => other.time - one.time).slice(0, 24)
}
