/** Corrects patterns in the syntax of Flask or Express 4. */

const FLASK = /<(?:([a-z_]\w*)(?:\(([^)]*)\))?:)?([a-z_]\w*)>/gi
const EXPRESS_REGEXP = /:([a-z_]\w*)\(((?:[^()\\]|\\.)*)\)/gi
const EXPRESS_OPTIONAL = /\/:([a-z_]\w*)\?/gi
const EXPRESS_REPEAT = /:([a-z_]\w*)[*+]/gi
const BARE_WILDCARD = /\(\.\*\)|\*(?![\p{ID_Start}$_"])/gu

/** Returns a message with the corrected pattern for a pattern in the syntax of another framework; `undefined` for any other. */
export function correctPattern(pattern: string): string | undefined {
  if (pattern.search(FLASK) >= 0) return fromFlask(pattern)
  const corrected = fromExpress(pattern)
  if (corrected.pattern === pattern) return undefined
  return `this is the syntax of Express 4. Write ${quote(corrected.pattern)}${withParams(corrected.params)}.`
}

function fromFlask(pattern: string): string {
  const params: string[] = []
  const corrected = pattern.replace(
    FLASK,
    (_, converter: string = 'string', given: string = '', name: string) => {
      if (converter === 'path') return `*${name}`
      if (converter !== 'string' || given !== '') {
        params.push(`${name}: ${converter}${callWith(converter, given)}`)
      }
      return `:${name}`
    },
  )
  return `this is the syntax of Flask. Write ${quote(corrected)}${withParams(params)}.`
}

/** Converts Flask's `(min=1)` to `({ min: 1 })`, and the values of `any` to strings. */
function callWith(converter: string, given: string): string {
  if (given === '') return ''
  const parts = given.split(',').map((part) => part.trim())
  if (converter === 'any') {
    return `(${parts.map((part) => `'${part.replaceAll(/['"]/g, '')}'`).join(', ')})`
  }
  return `({ ${parts.map((part) => part.replace(/\s*=\s*/, ': ')).join(', ')} })`
}

function fromExpress(pattern: string): { pattern: string; params: string[] } {
  const params: string[] = []
  const corrected = pattern
    .replace(EXPRESS_REGEXP, (_, name: string, regexp: string) => {
      if (regexp === '.*') return `*${name}`
      params.push(
        `${name}: ${/^(?:\\d|\[0-9\])[+*]?$/.test(regexp) ? 'int' : converterFor(regexp)}`,
      )
      return `:${name}`
    })
    .replace(EXPRESS_OPTIONAL, '{/:$1}')
    .replace(EXPRESS_REPEAT, '*$1')
    .replace(BARE_WILDCARD, '*path')
  return { pattern: corrected, params }
}

/** Returns `any` for alternatives such as `a|b`, and a placeholder for a custom converter otherwise. */
function converterFor(regexp: string): string {
  const choices = regexp.split('|')
  if (choices.every((choice) => /^\w+$/.test(choice))) {
    return `any(${choices.map((choice) => `'${choice}'`).join(', ')})`
  }
  return `/* a converter that matches ${regexp.replaceAll('*/', '* /')} */`
}

function withParams(params: string[]): string {
  return params.length === 0 ? '' : ` with { params: { ${params.join(', ')} } }`
}

function quote(text: string): string {
  return JSON.stringify(text)
}
