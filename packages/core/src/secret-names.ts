/** What is secret, by its name: the debug page and X-ray hide the values. */

/** What Django hides, and more, in one word of a name. English words that only sound like it are left out. */
const SECRET =
  /^api|api$|auth(?!or(?:s|ship|ed)?$|ority$|enticate$)|(?<!mon|tur|don|hoc|joc|whis)key(?!board|word|frame|down|up|press|stone|note)|(?<!com|by|tres|sur)pass(?!age|enger|ive|ion|ed$|es$|ing$)|token|bearer|secret|signature|pwd|jwt|salt|credential|csrf|xsrf|private|^(?:pin|otp|sid|cvc|cvv|iban|ssn)$/
/** Secret as the last word of a name: `SESSION_COOKIE` is, `SESSION_COOKIE_NAME` is not. */
const SECRET_AT_END = /^(?:cookies?|sessions?|[a-z]*sess(?:ion)?id)$/

/**
 * Whether the value of what has this name is secret: a setting, a header, a field of a form or of JSON,
 * a parameter. It goes by words, so `dbPassword`, `X-Api-Key` and `JWT_SALT` are, and `author` is not.
 * `code`, as OAuth has it, is by itself alone.
 *
 * ```ts
 * isSecretName('DB_PASS') // true
 * isSecretName('page')    // false
 * ```
 */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z\d]+/)
    .filter((word) => word !== '')
    .map((word) => word.toLowerCase())
  const last = words.at(-1) ?? ''
  return (
    words.some((word) => SECRET.test(word)) ||
    SECRET_AT_END.test(last) ||
    (last === 'id' && words.at(-2) === 'session') ||
    /(?:^| )(?:credit card|creditcard|card number|cardnumber)(?: number)?$/.test(words.join(' ')) ||
    (last === 'code' && words.length === 1)
  )
}
