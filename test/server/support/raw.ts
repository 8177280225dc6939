/** Bytes to a server and back: no client that forgives, no client that helps. */
import { open, type Place } from '../../../packages/server/src/conformance/raw-connection.ts'

export {
  open,
  readAnswer,
  RawConnection,
  type Place,
} from '../../../packages/server/src/conformance/raw-connection.ts'

/** Sends bytes, and gives what came until the server closed the connection. */
export async function exchange(place: Place, bytes: string): Promise<string> {
  const connection = await open(place)
  connection.send(bytes)
  await connection.closed
  return connection.received
}

/** Lines of a request head, and a body. */
export function request(lines: readonly string[], body = ''): string {
  return `${lines.join('\r\n')}\r\n\r\n${body}`
}
