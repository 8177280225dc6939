/** Defines what a template prints for a value. */
import { withCode } from '@phial/core'
import { guard, guardWithin } from './guards.ts'
import { escapeHtml } from './markup.ts'
import { isPromise } from './promises.ts'

/* oxlint-disable typescript/no-unsafe-declaration-merging -- a loop adds the methods to Markup that the interface declares */

/**
 * Text that is HTML and is printed without escaping. Create it only from trusted text: browsers run scripts in it. It has
 * the methods of a string, which return plain strings.
 *
 * It is not a subclass of `String`: a single such class makes every string method call in the process 2.5 times slower in
 * V8, as measured by `bench/peers`, "hello".
 *
 * ```ts
 * return renderTemplate('post', { text: new Markup(sanitize(post.html)) })
 * ```
 */
export class Markup {
  readonly #text: string

  constructor(text: unknown = '') {
    this.#text = String(text)
  }

  /** The number of UTF-16 code units. */
  get length(): number {
    return this.#text.length
  }

  /** Returns the HTML. */
  toString(): string {
    return this.#text
  }

  /** Returns the HTML, so that it is a string in JSON. */
  toJSON(): string {
    return this.#text
  }
}

export interface Markup extends StringMethods {}

type StringMethods = Omit<InstanceType<StringConstructor>, 'length' | 'toString' | number>

for (const name of Reflect.ownKeys(String.prototype)) {
  if (name in Markup.prototype && name !== 'valueOf') continue
  const method: unknown = Reflect.get(String.prototype, name)
  Object.defineProperty(Markup.prototype, name, {
    configurable: true,
    writable: true,
    value(this: Markup, ...values: unknown[]): unknown {
      return Reflect.apply(method as () => unknown, this.toString(), values)
    },
  })
}

/** Marks text as HTML from a trusted source, in a template: `<%= safe(post.html) %>`. */
export function safe(text: unknown): Markup {
  return new Markup(plain(text))
}

/** Values that cannot be printed, with the reason and the remedy. */
const UNPRINTABLE = {
  promise: {
    is: 'is a promise',
    remedy: 'Await it before you render, or write `await` in a template for streamTemplate.',
  },
  text: {
    is: 'contains a promise',
    remedy:
      'Await the promise before you render, or write `await` in a template for streamTemplate.',
  },
  iterable: {
    is: 'is an asynchronous iterable',
    remedy: 'Loop over it with `for await` in a template for streamTemplate.',
  },
  function: { is: 'is a function', remedy: 'Call it.' },
} as const

/** The error for a value that cannot be printed. */
export class Unprintable extends TypeError {
  override name = 'TypeError'
  readonly #kind: keyof typeof UNPRINTABLE

  constructor(kind: keyof typeof UNPRINTABLE) {
    super(`The value ${UNPRINTABLE[kind].is} and cannot be printed. ${UNPRINTABLE[kind].remedy}`)
    this.#kind = kind
  }

  /** Returns the message for an expression. */
  messageFor(code: string): string {
    const { is, remedy } = UNPRINTABLE[this.#kind]
    return `\`${code}\` ${is} and cannot be printed. ${remedy}`
  }
}

function unprintable(kind: keyof typeof UNPRINTABLE): Unprintable {
  return withCode('ERR_PHIAL_TEMPLATE_VALUE', new Unprintable(kind))
}

/** Returns what `<%= %>` prints: nothing for `undefined` and `null`, otherwise escaped text. Throws `TypeError` for promises and functions. */
export function escaped(value: unknown): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number') return String(value)
  return value instanceof Markup ? value.toString() : escapeHtml(plain(value))
}

/** Returns what `<%~ %>` prints, and `<%= %>` in templates without escaping. Throws `TypeError` for promises and functions. */
export function plain(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  if (value instanceof Markup) return value.toString()
  return typeof value === 'object' || typeof value === 'function' ? textOf(value) : String(value)
}

function textOf(value: object): string {
  if (isPromise(value)) {
    void guard(value)
    throw unprintable('promise')
  }
  // oxlint-disable-next-line typescript/unbound-method -- compared, not called
  const { toString } = value
  if (toString === Function.prototype.toString) throw unprintable('function')
  // oxlint-disable-next-line typescript/no-base-to-string -- this is how any object prints
  const text = String(value)
  if (text.startsWith('[object ') && Symbol.asyncIterator in value) throw unprintable('iterable')
  if (Array.isArray(value) && text.includes(PROMISE_TEXT) && value.flat(Infinity).some(isPromise)) {
    guardWithin(value)
    throw unprintable('text')
  }
  return text
}

/** The text of a promise that is concatenated with a string. */
const PROMISE_TEXT = String(Promise.resolve())

/** Throws `TypeError` if a promise was concatenated with a string. */
export function assertNoPromise(text: unknown): void {
  if (typeof text === 'string' && text.includes(PROMISE_TEXT)) throw unprintable('text')
}

const IN_SCRIPT: Readonly<Record<string, string>> = {
  '<': String.raw`\u003c`,
  '>': String.raw`\u003e`,
  '&': String.raw`\u0026`,
  "'": String.raw`\u0027`,
  '\u2028': String.raw`\u2028`,
  '\u2029': String.raw`\u2029`,
}

/**
 * Returns a value as JSON for a template (`tojson`), safe in a `<script>` and in an attribute with single quotes. A value
 * that JSON cannot express is `null`. Throws `TypeError` for a promise, a `bigint` or a circular structure.
 *
 * ```html
 * <script>const posts = <%= tojson(it.posts) %></script>
 * ```
 */
export function jsonForScript(value: unknown, dumps: (value: unknown) => string): Markup {
  if (isPromise(value)) {
    void guard(value)
    throw unprintable('promise')
  }
  const text = hasNoJson(value) ? 'null' : dumps(value)
  const inScript = (character: string): string => IN_SCRIPT[character] ?? character
  return new Markup(text.replaceAll(/[<>&'\u2028\u2029]/g, inScript))
}

/** Reports whether JSON cannot express a value. */
function hasNoJson(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || typeof value === 'symbol'
}
