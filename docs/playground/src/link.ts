/** A link that contains the code as compressed JSON in the fragment, which browsers do not send to servers. */
import type { File, Request } from './protocol.ts'

/** The content of a link: an exercise, or a solution of an exercise. */
export interface Shared {
  readonly files: readonly File[]
  readonly entry: string
  readonly request: Request
  /** The lesson that it solves. The lesson's test checks it. */
  readonly lesson?: string | undefined
}

const KEY = '#code='
/** The maximum number of characters of a decompressed program. */
const MAX_LENGTH = 500_000

/** Returns the fragment for a link. */
export async function toFragment(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared))
  const packed = await through(bytes, new CompressionStream('deflate-raw'))
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join('')
  return KEY + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** Decodes a fragment. Returns `undefined` if it does not contain code, and an error message if it is damaged. */
export async function fromFragment(fragment: string): Promise<Shared | string | undefined> {
  if (!fragment.startsWith(KEY)) return undefined
  try {
    const text = atob(fragment.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'))
    const packed = Uint8Array.from(text, (char) => char.charCodeAt(0))
    const bytes = await through(packed, new DecompressionStream('deflate-raw'))
    const shared: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isShared(shared)) return shared
  } catch {
    // The message below covers every error.
  }
  return 'This link is damaged or incomplete. Copy the whole link, including everything after #.'
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  const written = writer.write(bytes).then(() => writer.close())
  written.catch(() => undefined) // reading throws the same error
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of stream.readable as unknown as AsyncIterable<Uint8Array>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_LENGTH) throw new Error('Too long')
  }
  const all = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}

const isText = (value: unknown): value is string => typeof value === 'string'
const isPair = (value: unknown): boolean =>
  Array.isArray(value) && value.length === 2 && value.every(isText)

function isShared(value: unknown): value is Shared {
  const { files, entry, request, lesson } = (value ?? {}) as Partial<Shared>
  return (
    Array.isArray(files) &&
    files.length > 0 &&
    (files as Partial<File>[]).every(({ name, text }) => isText(name) && isText(text)) &&
    isText(entry) &&
    (lesson === undefined || isText(lesson)) &&
    isText(request?.method) &&
    isText(request.target) &&
    isText(request.body) &&
    Array.isArray(request.headers) &&
    request.headers.every(isPair)
  )
}
