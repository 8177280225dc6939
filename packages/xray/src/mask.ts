/** Keeps secrets out of pictures: a picture is shown to a class, and sent to friends. */
const SECRET =
  /secret|passw|(?<=[_-])pwd|token|(?:api|access|private)[-_]?key|credential|session|csrf|signature/i

/** `a=b` of a form or an address. */
const PAIR = /(?<![^&=\s"';?])([^&=\s"';?]+)=([^&\s"'<>;#]+)/g
/** `"a": "b"` of JSON, `a: 'b'` of JavaScript. */
const QUOTED = /(?<![\w.-])(["']?)([\w.-]+)\1(\s*[:=]\s*)(["'])((?:(?!\4)[^\\\n]|\\.)*)\4/g
/** A hidden field of an HTML form. */
const FIELD = /(\bname=["']([^"'<>]{1,80})["'][^<>]{0,200}?\bvalue=["'])([^"'<>]+)/gi
/** A field of a multipart form. */
const PART = /(\bname="([^"\r\n]{1,80})"(?:\r\n[^\r\n]+)*\r\n\r\n)([^]*?)(?=\r\n--)/g

/** The value of a header, of an environ key or of a form's field, masked if its name says that it is a secret. */
export function mask(name: string, value: string): string {
  if (/^(?:http_)?cookie$/i.test(name))
    return value.replaceAll(/=([^;]*)/g, (_, one: string) => `=${stars(one)}`)
  if (/^set-cookie$/i.test(name))
    return value.replace(/=([^;]*)/, (_, one: string) => `=${stars(one)}`)
  if (/authorization$/i.test(name)) return value.replace(/(?<= ).*|^[^ ]*$/, stars)
  return SECRET.test(name) ? stars(value) : maskText(value)
}

/** Text without the fields whose names say that they are secrets: a form's, JSON's, those of an address or of source code. */
export function maskText(text: string): string {
  return text
    .replaceAll(PART, (_, head: string, name: string, value: string) => head + hide(name, value))
    .replaceAll(FIELD, (_, head: string, name: string, value: string) => head + hide(name, value))
    .replaceAll(
      QUOTED,
      (_, quote: string, name: string, between: string, mark: string, value: string) =>
        quote + name + quote + between + mark + hide(name, value) + mark,
    )
    .replaceAll(PAIR, (_, name: string, value: string) => `${name}=${hide(name, value)}`)
}

/** Whether something was masked in a text. */
export const isMasked = (text: string): boolean => text.includes('•••(')

function hide(name: string, value: string): string {
  return SECRET.test(name) ? stars(value) : value
}

function stars(value: string): string {
  return value === '' || isMasked(value) ? value : `•••(${value.length})`
}
