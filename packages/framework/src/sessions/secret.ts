/** Which secrets are good enough to sign with, and how to get one. */

/** What is shorter, or has fewer different characters, is guessed rather than random. */
const LENGTH = 32
const DIFFERENT = 8

/** The command that makes a secret. */
export const MAKE: string = `node -p "crypto.randomBytes(32).toString('hex')"`

/** Why nothing can be signed with a secret, and what to do, as the end of a sentence; `undefined` if it can. */
export function secretRefusal(secret: unknown): string | undefined {
  if (isStrong(secret)) return undefined
  const remedy = `Make one by this command, keep it out of the code, and give it to the app as config.SECRET_KEY:\n\n    ${MAKE}\n`
  return secret === undefined || secret === ''
    ? `but the app has no secret to sign it with. ${remedy}`
    : `but the app's secret is weak: it has to be a string of ${LENGTH} or more characters, chosen at random. ${remedy}`
}

/** Whether a secret can be signed with. */
export function isStrong(secret: unknown): secret is string {
  if (typeof secret !== 'string' || secret.length < LENGTH) return false
  return new Set(secret).size >= DIFFERENT
}
