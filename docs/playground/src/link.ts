/** A link that holds the code: as JSON, compressed, in the fragment, which no browser sends to a server. */
import type { File, Request } from './protocol.ts'

/** What a link hands over: an exercise, or a solution of one. */
export interface Shared {
  readonly files: readonly File[]
  readonly entry: string
  readonly request: Request
  /** The lesson that it is a solution of, whose test checks it. */
  readonly lesson?: string | undefined
}

const KEY = '#code='
/** Characters of a program, once it is decompressed. */
const MOST = 500_000

/** The fragment for a link. */
export async function toFragment(shared: Shared): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(shared))
  const packed = await through(bytes, new CompressionStream('deflate-raw'))
  const text = Array.from(packed, (byte) => String.fromCharCode(byte)).join('')
  return KEY + btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}

/** What a fragment holds; `undefined` if it holds no code, a string that says what is wrong if it was damaged. */
export async function fromFragment(fragment: string): Promise<Shared | string | undefined> {
  if (!fragment.startsWith(KEY)) return undefined
  try {
    const text = atob(fragment.slice(KEY.length).replaceAll('-', '+').replaceAll('_', '/'))
    const packed = Uint8Array.from(text, (char) => char.charCodeAt(0))
    const bytes = await through(packed, new DecompressionStream('deflate-raw'))
    const shared: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    if (isShared(shared)) return shared
  } catch {
    // Below.
  }
  return 'This link is damaged: a part of it is missing. Copy it whole, with everything after #.'
}

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array> {
  const writer = stream.writable.getWriter()
  const written = writer.write(bytes).then(() => writer.close())
  written.catch(() => undefined) // the reader throws it
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of stream.readable as unknown as AsyncIterable<Uint8Array>) {
    pieces.push(piece)
    length += piece.length
    if (length > MOST) throw new Error('Too long')
  }
  const all = new Uint8Array(length)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
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
