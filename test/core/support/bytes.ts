/** Converts text to bytes and back. */
const utf8 = new TextEncoder()

export const bytes = (text: string): Uint8Array => utf8.encode(text)

export const textOf = (...chunks: readonly Uint8Array[]): string =>
  Buffer.concat(chunks).toString('utf8')
