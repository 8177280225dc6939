/** A port to listen on: the one that was asked for, or the next one that is free. */
import { once } from 'node:events'
import { createServer } from 'node:net'
import { CommandError } from 'phial'
import { UsageError } from 'phial/tools'

/** The port for development. */
export const USUAL_PORT: number = 8000
/** How many ports are tried. */
const TRIES = 50

/**
 * Finds a free port. Tries no other than the one that is asked for, if one is. Throws `UsageError` if it is not a
 * port, and `CommandError` if listening there fails. Port 0 stays 0: any free port.
 */
export async function freePort(host: string, asked: string | undefined): Promise<number> {
  const wanted = asked === undefined ? undefined : readPort(asked)
  const ports =
    wanted === undefined ? Array.from({ length: TRIES }, (_, at) => USUAL_PORT + at) : [wanted]
  for (const port of ports) {
    // oxlint-disable-next-line no-await-in-loop -- the next one matters only if this one is taken
    const trouble = await tryPort(host, port)
    if (trouble === undefined) return port
    if (trouble !== 'EADDRINUSE') throw cannot(host, port, trouble)
  }
  throw cannot(host, ports[0] ?? 0, 'EADDRINUSE')
}

function readPort(text: string): number {
  const port = Number(text)
  if (/^\d+$/.test(text) && port <= 65_535) return port
  throw new UsageError(`${text} is not a port. Pass a number from 0, which takes any, to 65535.`)
}

/** What hinders to listen there; `undefined` if nothing does. */
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
  EADDRINUSE: 'it is taken. Stop what listens there, or choose another port with --port',
  EACCES: 'that is not allowed. Ports below 1024 are for root; choose another with --port',
  EADDRNOTAVAIL:
    'this machine has no such address. 127.0.0.1 is the machine itself, 0.0.0.0 all of its addresses',
  ENOTFOUND: 'there is no such host',
}

function cannot(host: string, port: number, code: string): CommandError {
  return new CommandError(`Cannot listen on ${host}, port ${port}: ${REASONS[code] ?? code}.`)
}
