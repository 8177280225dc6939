/** Finds secrets by their names, and removes their values wherever they occur. */
import { inspect } from 'node:util'
import { isSecretName } from '@phial/core'

/** The placeholder for a secret. */
export const MASK = '••••••'

/** The minimum length of a secret. Shorter values occur too often in other text. */
const SHORTEST = 6

/** Matches a path, or a URL without credentials. */
const LOCATION = /^(?:https?:\/\/[\w.:-]+)?(?:\.{0,2}\/[\w./-]*)?$/

/** Reports whether a value is only a location, such as that of `API_URL`, which is not secret in other text. */
function isLocation(name: string, value: unknown): boolean {
  return typeof value === 'string' && LOCATION.test(value) && !/secret|pass|token|salt/i.test(name)
}

/** Collects the secrets of a request, an app and the process, and removes them from text. */
export class Secrets {
  readonly #values = new Set<string>()

  /** Adds a secret, or those of an array. */
  add(value: unknown): void {
    if (Array.isArray(value)) for (const one of value) this.add(one)
    if (typeof value === 'string' && value.length >= SHORTEST) this.#values.add(value)
  }

  /** Adds the values of all settings or environment variables whose names suggest a secret. */
  learn(named: object): void {
    for (const [name, value] of Object.entries(named)) {
      if (isSecretName(name) && !isLocation(name, value)) this.add(value)
      else if (isPlain(value)) this.learn(value)
    }
  }

  /** Formats a value, without secrets. */
  show(name: string, value: unknown): string {
    if (isSecretName(name) && isSet(value)) return MASK
    if (typeof value === 'string') return this.mask(value)
    return this.mask(
      inspect(withoutSecrets(value), { depth: 3, maxArrayLength: 20, breakLength: 80 }),
    )
  }

  /** Removes all secrets from a text, and the passwords and secret parameters of URLs in it. */
  mask(text: string): string {
    const longestFirst = [...this.#values].toSorted((one, other) => other.length - one.length)
    return longestFirst.reduce(
      (masked, value) => masked.replaceAll(value, MASK),
      text
        .replaceAll(/(\w:\/\/[^\s/:@]*:)[^\s/@]+@/g, `$1${MASK}@`)
        .replaceAll(/([?&]([^=&#?\s]*)=)[^&#\s]+/g, (pair, start: string, name: string) =>
          isSecretName(name) ? start + MASK : pair,
        ),
    )
  }
}

/** Reports whether a secret has a value. A missing secret is shown as missing. */
function isSet(value: unknown): boolean {
  return (
    value !== undefined &&
    value !== null &&
    value !== '' &&
    typeof value !== 'boolean' &&
    !(Array.isArray(value) && value.length === 0)
  )
}

function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets)
  if (!isPlain(value)) return value
  const entries = Object.entries(value).map(([name, inner]) => [
    name,
    isSecretName(name) && isSet(inner) ? MASK : withoutSecrets(inner),
  ])
  return Object.fromEntries(entries) as unknown
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
