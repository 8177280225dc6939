/**
 * Describes values in one line, as Node's console shows them. Runs in browsers, calls no getter, and reads no more of a
 * value than it shows, because the value may be a body of ten megabytes.
 */

/** The maximum number of items of an array and keys of an object. */
const MAX_ITEMS = 20
/** The maximum number of characters of a string. */
const MAX_TEXT = 200

/**
 * Describes a value in one line.
 *
 * ```ts
 * describeValue({ path: '/', groups: ['john'] }) // "{ path: '/', groups: [ 'john' ] }"
 * ```
 *
 * @param depth how many levels of nested objects are described. Default: 1
 */
export function describeValue(value: unknown, depth: number = 1): string {
  try {
    return described(value, depth)
  } catch {
    return '[object]' // a proxy whose traps throw
  }
}

/** Quotes a string as in TypeScript source. */
export function quote(text: string): string {
  const quoted = JSON.stringify(text)
  if (text.includes("'") && !text.includes('"')) return quoted
  return `'${quoted.slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}

function described(value: unknown, depth: number): string {
  if (typeof value === 'string') return quotedBeginning(value)
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'function') return nameOfFunction(value.name)
  if (typeof value !== 'object' || value === null)
    return Object.is(value, -0) ? '-0' : String(value)
  if (value instanceof Error) return String(value)
  if (value instanceof Date || value instanceof RegExp || value instanceof URL) return String(value)
  const name = nameOfClass(value)
  if (depth < 0) return `[${name || 'Object'}]`
  if (Array.isArray(value) || ArrayBuffer.isView(value))
    return list(value as ArrayLike<unknown>, name, depth)
  if (value instanceof Map || value instanceof Set) return collection(value, name, depth)
  return object(value, name, depth)
}

function quotedBeginning(text: string): string {
  const rest = text.length - MAX_TEXT
  return rest <= 0 ? quote(text) : `${quote(text.slice(0, MAX_TEXT))}... ${more(rest, 'character')}`
}

const more = (count: number, what: string): string =>
  `${count} more ${what}${count === 1 ? '' : 's'}`

const nameOfFunction = (name: string): string => `[Function${name === '' ? '' : `: ${name}`}]`

/** Returns the name of an object's class, or an empty string for a plain object. */
function nameOfClass(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: unknown } | null
  const { constructor } = prototype ?? {}
  const name = typeof constructor === 'function' ? constructor.name : ''
  return name === 'Object' ? '' : name
}

function list(value: ArrayLike<unknown>, name: string, depth: number): string {
  const shown = Array.from({ length: Math.min(value.length, MAX_ITEMS) }, (_, at) =>
    described(value[at], depth - 1),
  )
  const prefix = name === 'Array' ? '' : `${name}(${value.length}) `
  return prefix + around('[', shown, value.length, ']')
}

function collection(
  value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>,
  name: string,
  depth: number,
): string {
  const shown: string[] = []
  for (const [key, item] of value.entries()) {
    if (shown.length === MAX_ITEMS) break
    const text = described(item, depth - 1)
    shown.push('get' in value ? `${described(key, depth - 1)} => ${text}` : text)
  }
  return `${name}(${value.size}) ${around('{', shown, value.size, '}')}`
}

function object(value: object, name: string, depth: number): string {
  const keys = Object.keys(value)
  const shown = keys.slice(0, MAX_ITEMS).map((key) => {
    const label = /^[\p{L}_$][\p{L}\d_$]*$/u.test(key) ? key : quote(key)
    const property = Object.getOwnPropertyDescriptor(value, key)
    const text = property && 'value' in property ? described(property.value, depth - 1) : '[Getter]'
    return `${label}: ${text}`
  })
  return (name === '' ? '' : `${name} `) + around('{', shown, keys.length, '}')
}

function around(open: string, shown: readonly string[], count: number, close: string): string {
  const rest = count - shown.length
  const all = rest > 0 ? [...shown, `... ${more(rest, 'item')}`] : shown
  return all.length === 0 ? open + close : `${open} ${all.join(', ')} ${close}`
}
