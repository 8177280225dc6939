import { Phial, type PhialOptions } from 'phial'

/** The key that signs sessions in these tests. */
export const SECRET = '0123456789abcdef0123456789abcdef'

/** Returns an app with a secret and the given settings. */
export const signedApp = (config: PhialOptions['config'] = {}): Phial =>
  new Phial(import.meta.url, { config: { SECRET_KEY: SECRET, ...config } })

/** The parts of a `Set-Cookie`: `session=…`, `Path=/`, … */
export const cookieOf = (response: globalThis.Response): string[] =>
  response.headers.get('set-cookie')?.split('; ') ?? []
