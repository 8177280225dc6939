/** What a client accepts, best first. RFC 9110 §12.5 */
import Negotiator from 'negotiator'

/** Which of negotiator's questions a header is about. */
type Kind = 'mediaTypes' | 'languages' | 'encodings' | 'charsets'

const HEADERS: Readonly<Record<Kind, string>> = {
  mediaTypes: 'accept',
  languages: 'accept-language',
  encodings: 'accept-encoding',
  charsets: 'accept-charset',
}

/**
 * The values of an `Accept…` header, by their quality.
 *
 * ```ts
 * request.acceptLanguages.best(['en', 'de']) ?? 'en'
 * ```
 */
export class Accept implements Iterable<string> {
  readonly #kind: Kind
  readonly #negotiator: Negotiator | undefined

  constructor(kind: Kind, text: string | undefined) {
    this.#kind = kind
    this.#negotiator =
      text === undefined ? undefined : new Negotiator({ headers: { [HEADERS[kind]]: text } })
  }

  /** What the client named, best first, without what it refused by `q=0`. Empty if it sent no such header. */
  get values(): string[] {
    return this.#negotiator?.[this.#kind]() ?? []
  }

  /** The one of these that the client likes best; `undefined` if it takes none of them, or did not say. */
  best<const Available extends string>(available: readonly Available[]): Available | undefined {
    const [best] = this.#negotiator?.[this.#kind]([...available]) ?? []
    return available.find((one) => one === best)
  }

  /** Whether the client said that it takes this. */
  has(value: string): boolean {
    return this.best([value]) !== undefined
  }

  [Symbol.iterator](): Iterator<string> {
    return this.values[Symbol.iterator]()
  }
}
