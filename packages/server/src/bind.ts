/** `--bind`: from words to an address, and from an address to a socket that is bound. */
import { lstatSync, unlinkSync } from 'node:fs'
import { connect, isIPv6, type ListenOptions } from 'node:net'
import { StartError, exitCodes } from './errors.ts'
import type { WsgiServer } from './reference.ts'

/**
 * Reads an address: `host:port`, `[::1]:port`, `:port`, `host` (port 8000) or `unix:path`. Throws a
 * {@link StartError} for what is none.
 */
export function readAddress(bind: string): ListenOptions {
  const path = /^unix:(.+)$/.exec(bind)?.[1]
  if (path !== undefined) return { path: path.replace(/^\/\/(?=\/)/, '') }
  const [, ipv6, name = '', port = '8000'] =
    /^(?:\[(.*)\]|([^:[\]/\s]*))(?::(\d+))?$/.exec(bind) ?? []
  const isAddress = ipv6 === undefined ? name !== '' || /^:\d/.test(bind) : isIPv6(ipv6)
  if (!isAddress || Number(port) > 65_535) {
    throw failure(
      `${bind} is no address; it is HOST:PORT, [IPV6]:PORT or unix:PATH, with a port up to 65535`,
    )
  }
  return { host: ipv6 ?? (name || '0.0.0.0'), port: Number(port) }
}

/** Listens, or says in one line why that cannot be. A unix socket that nobody listens at any more is taken over. */
export async function listen(
  server: WsgiServer,
  bind: string,
  address: ListenOptions,
): Promise<void> {
  if (address.path !== undefined) await clearPath(address.path, bind)
  server.listen()
  try {
    await server.ready()
  } catch (error) {
    throw failure(`cannot listen at ${bind}: ${reason(error)}`)
  }
}

/** `http://127.0.0.1:8000`, as log lines show it. */
export function showAddress(address: WsgiServer['serverAddress']): string {
  if (typeof address === 'string') return `unix:${address}`
  const [host, port] = address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

async function clearPath(path: string, bind: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket())
    throw failure(
      `cannot listen at ${bind}: ${path} is there and is not a socket; it is left alone`,
    )
  if (await isAnswered(path))
    throw failure(
      `cannot listen at ${bind}: another server listens there; stop it, or choose another path`,
    )
  unlinkSync(path)
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

const REASONS: Record<string, string> = {
  EADDRINUSE:
    'the address is taken; stop what listens there, or choose another with -b HOST:PORT (port 0 takes a free one)',
  EACCES:
    'it is not allowed; ports below 1024 and some folders are for root, choose another with -b',
  EADDRNOTAVAIL:
    'this machine has no such address; 127.0.0.1 is the machine itself, 0.0.0.0 all of its addresses',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host could not be looked up',
  ENOENT: 'there is no such folder',
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error && REASONS[String(error.code)]) || error.message
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
