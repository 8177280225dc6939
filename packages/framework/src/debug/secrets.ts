/** What a page must not show: secrets, by the names they have, and wherever else their values turn up. */
import { inspect } from 'node:util'
import { isSecretName } from '@phial/core'

/** Shown in a secret's place. */
export const MASK = '••••••'

/** Shorter values are found in too much that is no secret. */
const SHORTEST = 6

/** A path, or an address without a login. */
const PLACE = /^(?:https?:\/\/[\w.:-]+)?(?:\.{0,2}\/[\w./-]*)?$/

/** Whether a value is no more than where something is, such as `API_URL`: taken out of every text, it would leave holes and hide nothing. */
function isPlace(name: string, value: unknown): boolean {
  return typeof value === 'string' && PLACE.test(value) && !/secret|pass|token|salt/i.test(name)
}

/** Knows the secrets of a request, an app and the process, and takes them out of any text. */
export class Secrets {
  readonly #values = new Set<string>()

  /** Learns one, or those of a list. */
  add(value: unknown): void {
    if (Array.isArray(value)) for (const one of value) this.add(one)
    if (typeof value === 'string' && value.length >= SHORTEST) this.#values.add(value)
  }

  /** Learns those of settings, or of the environment, by their names. */
  learn(named: object): void {
    for (const [name, value] of Object.entries(named)) {
      if (isSecretName(name) && !isPlace(name, value)) this.add(value)
      else if (isPlain(value)) this.learn(value)
    }
  }

  /** A value in a line or a few, without what is secret in it. */
  show(name: string, value: unknown): string {
    if (isSecretName(name) && isSaid(value)) return MASK
    if (typeof value === 'string') return this.mask(value)
    return this.mask(
      inspect(withoutSecrets(value), { depth: 3, maxArrayLength: 20, breakLength: 80 }),
    )
  }

  /** A text without them, and without the passwords and the secret values of its URLs. */
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

/** Whether there is anything to hide: that a secret is missing is no secret. */
function isSaid(value: unknown): boolean {
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
    isSecretName(name) && isSaid(inner) ? MASK : withoutSecrets(inner),
  ])
  return Object.fromEntries(entries) as unknown
}

function isPlain(value: unknown): value is object {
  return (
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  )
}
