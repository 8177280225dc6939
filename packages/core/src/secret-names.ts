/** Recognizes the names of secrets, whose values the debug page and X-ray hide. */

/** One word of a name that marks a secret: what Django hides, and more. English words that contain such a word are excluded. */
const SECRET =
  /^api|api$|auth(?!or(?:s|ship|ed)?$|ority$|enticate$)|(?<!mon|tur|don|hoc|joc|whis)key(?!board|word|frame|down|up|press|stone|note)|(?<!com|by|tres|sur)pass(?!age|enger|ive|ion|ed$|es$|ing$)|token|bearer|secret|signature|pwd|jwt|salt|credential|csrf|xsrf|private|^(?:pin|otp|sid|cvc|cvv|iban|ssn)$/
/** The last word of a name that marks a secret: `SESSION_COOKIE` is secret, `SESSION_COOKIE_NAME` is not. */
const SECRET_AT_END = /^(?:cookies?|sessions?|[a-z]*sess(?:ion)?id)$/

/**
 * Reports whether a name denotes a secret: the name of a setting, header, form field, JSON key or parameter.
 * It compares whole words: `dbPassword`, `X-Api-Key` and `JWT_SALT` are secret, `author` is not. `code`, which
 * OAuth uses, counts only as the whole name.
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
