/** Finds a port for `phial run`: the requested port, or the first free one from 8000 on. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { CommandError } from 'phial'
import { UsageError } from 'phial/tools'

/** The default port for development. */
export const USUAL_PORT: number = 8000
/** The number of ports to try. */
const TRIES = 50

/**
 * Returns a free port. If a port is requested, tries only that one. Port 0 is returned as is: the system chooses a
 * free port. Throws `UsageError` if `asked` is not a port, and `CommandError` if listening fails.
 */
export async function freePort(host: string, asked: string | undefined): Promise<number> {
  const wanted = asked === undefined ? undefined : readPort(asked)
  const ports =
    wanted === undefined ? Array.from({ length: TRIES }, (_, at) => USUAL_PORT + at) : [wanted]
  for (const port of ports) {
    // oxlint-disable-next-line no-await-in-loop -- the next port is tried only if this one is taken
    const trouble = await tryPort(host, port)
    if (trouble === undefined) return port
    if (trouble !== 'EADDRINUSE') throw cannot(host, port, trouble)
  }
  throw cannot(host, ports[0] ?? 0, 'EADDRINUSE')
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`${text} is not a port. Pass a number from 0 (any free port) to 65535.`)
}

/** Returns the error code of an attempt to listen; `undefined` if it succeeds. */
async function tryPort(host: string, port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen(port, host)
    await once(server, 'listening')
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
  server.close()
  await once(server, 'close')
  return undefined
}

const REASONS: Readonly<Record<string, string>> = {
  EADDRINUSE:
    'the port is in use. Stop the program that uses it, or choose another port with --port',
  EACCES: 'permission denied. Ports below 1024 require root. Choose another port with --port',
  EADDRNOTAVAIL:
    'this machine has no such address. Pass --host 127.0.0.1 for this machine only, or --host 0.0.0.0 for all of its addresses',
  ENOTFOUND: 'the host is unknown. Check the value of --host',
}

function cannot(host: string, port: number, code: string): CommandError {
  return new CommandError(`Cannot listen on ${host}, port ${port}: ${REASONS[code] ?? code}.`)
}
