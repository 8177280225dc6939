/** Exchanges raw bytes with a server, without an HTTP client that would be lenient or add headers. */
import { open, type Place } from '../../../packages/server/src/conformance/raw-connection.ts'

export {
  open,
  readAnswer,
  RawConnection,
  type Place,
} from '../../../packages/server/src/conformance/raw-connection.ts'

/** Sends bytes. Resolves with all received bytes when the server has closed the connection. */
export async function exchange(place: Place, bytes: string): Promise<string> {
  const connection = await open(place)
  connection.send(bytes)
  await connection.closed
  return connection.received
}

/** Joins the lines of a request head, and appends a body. */
export function request(lines: readonly string[], body = ''): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
