/** Reads an answer as it came, and forgives nothing. */
import type { ClientAnswer } from '@phial/core/conformance'

/** Reads one answer out of what came. `isClosed` says that no more will come. */
export function readAnswer(
  received: string,
  method = 'GET',
  isClosed = true,
): ClientAnswer & { rest: string } {
  const text = received.replace(/^(HTTP\/1\.1 1\d\d[^]*?\r\n\r\n)+/, '')
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return { status: '', headers: [], body: '', complete: false, rest: text }
  const [statusLine = '', ...lines] = text.slice(0, end).split('\r\n')
  const status = statusLine.replace(/^HTTP\/1\.1 /, '')
  const headers = lines.map((line): [string, string] => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon), line.slice(colon + 1).trim()]
  })
  return { status, headers, ...readBody(text.slice(end + 4), status, headers, method, isClosed) }
}

type Body = Pick<ClientAnswer, 'body' | 'complete'> & { rest: string }

function readBody(
  text: string,
  status: string,
  headers: ClientAnswer['headers'],
  method: string,
  isClosed: boolean,
): Body {
  const value = (name: string): string | undefined =>
    headers.find(([other]) => other.toLowerCase() === name)?.[1]
  if (method === 'HEAD' || /^(204|304)/.test(status))
    return { body: '', complete: true, rest: text }
  if (value('transfer-encoding') === 'chunked') return readChunks(text)
  const length = value('content-length')
  if (length === undefined) return { body: text, complete: isClosed, rest: '' }
  const body = text.slice(0, Number(length))
  return { body, complete: body.length === Number(length), rest: text.slice(body.length) }
}

function readChunks(text: string): Body {
  let body = ''
  let rest = text
  for (;;) {
    const [line, size] = /^([0-9a-f]+)\r\n/i.exec(rest) ?? []
    if (line === undefined || size === undefined) return { body, complete: false, rest }
    const length = Number.parseInt(size, 16)
    if (length === 0) {
      const complete = rest.startsWith(`${line}\r\n`)
      return { body, complete, rest: rest.slice(line.length + 2) }
    }
    body += rest.slice(line.length, line.length + length)
    rest = rest.slice(line.length + length + 2)
  }
}
