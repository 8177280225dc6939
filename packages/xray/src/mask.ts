/** Keeps secrets out of pictures: a picture is shown to a class, and sent to friends. */
const SECRET = /secret|passw|token|api[-_]?key|credential|session|csrf/i

/** The value of a header, of an environ key or of a form's field, masked if its name says that it is a secret. */
export function mask(name: string, value: string): string {
  if (/^(?:http_)?cookie$/i.test(name))
    return value.replaceAll(/=([^;]*)/g, (_, one: string) => `=${stars(one)}`)
  if (/^set-cookie$/i.test(name))
    return value.replace(/=([^;]*)/, (_, one: string) => `=${stars(one)}`)
  if (/authorization$/i.test(name)) return value.replace(/(?<= ).*|^[^ ]*$/, stars)
  return SECRET.test(name) ? stars(value) : value
}

/** Fields of a form or of JSON whose names say that they are secrets. */
export function maskBody(text: string): string {
  return text
    .replaceAll(
      /([^&=\s"]+)=([^&\s]*)/g,
      (_, name: string, value: string) => `${name}=${mask(name, value)}`,
    )
    .replaceAll(
      /"([^"]+)"(\s*:\s*)"((?:[^"\\]|\\.)*)"/g,
      (_, name: string, colon: string, value: string) => `"${name}"${colon}"${mask(name, value)}"`,
    )
}

function stars(value: string): string {
  return value === '' ? '' : `•••(${value.length})`
}
