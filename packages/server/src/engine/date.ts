let second = 0
let text = ''

/** The time as `Date` says it, made once a second. RFC 9110 §5.6.7 */
export function httpDate(): string {
  const now = Date.now()
  if (now - second >= 1000 || now < second) {
    second = now - (now % 1000)
    text = new Date(now).toUTCString()
  }
  return text
}
