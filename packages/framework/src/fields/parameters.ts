/** Lists of parameters with or without values: `max-age=60, private`, `realm="site", nonce="x"`. RFC 9110 §5.6 */

/** A parameter: the name in lower case, and the unquoted value if it has one. */
export type Parameter = readonly [name: string, value: string | undefined]

const NAME = /\s*([\w!#$%&'*+.^`|~-]+)\s*/y
const VALUE = /=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*))/y
const REST = /[^,;]*[,;]?/y

/** Parses a list separated by commas or semicolons. Skips malformed items. */
export function parseParameters(text: string): Parameter[] {
  const found: Parameter[] = []
  let at = 0
  const consume = (pattern: RegExp): RegExpExecArray | undefined => {
    pattern.lastIndex = at
    const match = pattern.exec(text) ?? undefined
    if (match !== undefined) at = pattern.lastIndex
    return match
  }
  while (at < text.length) {
    const [, name] = consume(NAME) ?? []
    if (name !== undefined) {
      const [, quoted, bare] = consume(VALUE) ?? []
      found.push([name.toLowerCase(), quoted?.replaceAll(/\\(.)/g, '$1') ?? bare])
    }
    consume(REST)
  }
  return found
}

/** Returns a value as a quoted string. */
export function quote(value: string): string {
  return `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`
}
