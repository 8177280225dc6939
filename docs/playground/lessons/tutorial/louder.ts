import { asApplication, type Middleware } from '@phial/core'

const loud = (bytes: Uint8Array): Uint8Array =>
  bytes.map((byte) => (byte >= 97 && byte <= 122 ? byte - 32 : byte))

export const louder: Middleware = (app) =>
  async function louder(environ, startResponse) {
    const body = await asApplication(app)(environ, startResponse)
    const chunks: Uint8Array[] = []
    for await (const bytes of body) chunks.push(loud(bytes))
    return chunks // waits for the last chunk: it should send each chunk immediately
  }
