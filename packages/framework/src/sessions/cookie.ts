/** Sessions in a signed cookie. The visitor can read but not change them. */
import type { Config } from '../config/config.ts'
import type { SessionInterface } from '../context/session-types.ts'
import { isStrong, secretRefusal } from './secret.ts'
import { Signer } from './signing.ts'

/**
 * Stores each session in its cookie. This is the default. It does not require a store, so any worker on any machine with
 * the secret can handle the request.
 *
 * Signs with `config.SECRET_KEY`. Signatures of older keys, in `config.SECRET_KEY_FALLBACKS`, remain valid, so that a
 * key can be replaced without signing users out. A cookie older than `PERMANENT_SESSION_LIFETIME` is ignored.
 *
 * The cookie is not encrypted. Do not store anything that the visitor must not read.
 *
 * ```ts
 * app.config.SECRET_KEY = '8e05…' // at least 32 random characters
 * app.sessionInterface = new CookieSessions() // the default
 * ```
 */
export class CookieSessions implements SessionInterface {
  readonly readsAhead = false
  readonly #signer = new Signer('phial.session')

  refusal({ SECRET_KEY }: Config): string | undefined {
    return secretRefusal(SECRET_KEY)
  }

  read(cookie: string, config: Config): string | undefined {
    const secrets = [config.SECRET_KEY, ...config.SECRET_KEY_FALLBACKS].filter(isStrong)
    return this.#signer.verify(cookie, secrets, config.PERMANENT_SESSION_LIFETIME)
  }

  write(text: string, _: string | undefined, { SECRET_KEY = '' }: Config): string {
    return this.#signer.sign(text, SECRET_KEY)
  }

  /** Does nothing. Deleting the cookie deletes the session. */
  remove(): void {}
}
