/** Sessions that are kept in the cookie itself, signed: the visitor can read them, and not change them. */
import type { Config } from '../config/config.ts'
import type { SessionInterface } from '../context/session-types.ts'
import { isStrong, secretRefusal } from './secret.ts'
import { Signer } from './signing.ts'

/**
 * The usual sessions. They need no store, so any worker on any machine that has the secret can answer.
 *
 * `config.SECRET_KEY` signs; `config.SECRET_KEY_FALLBACKS`, older ones, are still believed, so that a
 * secret can be replaced without signing anybody out. A cookie older than
 * `PERMANENT_SESSION_LIFETIME` counts as none.
 *
 * It does not encrypt: put nothing into such a session that its visitor must not read.
 *
 * ```ts
 * app.config.SECRET_KEY = '8e05…' // 32 random characters or more; nothing else has to be done
 * app.sessionInterface = new CookieSessions()
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

  /** Nothing to do: the cookie goes, and the session with it. */
  remove(): void {}
}
