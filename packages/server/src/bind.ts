/** `--bind`: from words to an address, and from an address to a socket that listens. */
import { once } from 'node:events'
import { lstatSync, readFileSync, unlinkSync } from 'node:fs'
import { connect, createServer, isIPv6, type AddressInfo, type Server } from 'node:net'
import { resolve } from 'node:path'
import { StartError, exitCodes } from './errors.ts'

/** Where to listen: host and port, a path, or a descriptor that was inherited. */
export interface Address {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly fd?: number
  /** Whether `::` leaves IPv4 to another address of the same port. */
  readonly ipv6Only?: boolean
}

/** A socket that listens. */
export interface Listener {
  /** As it was asked for. */
  readonly bind: string
  /** The host that was asked for, for `SERVER_NAME`. */
  readonly host: string | undefined
  /** `http://127.0.0.1:8000`, with the real port; `unix:/path`. */
  readonly url: string
  readonly server: Server
}

/**
 * Reads an address: `host:port`, `[::1]:port`, `:port`, `host` (port 8000), `unix:path` or `fd://3`.
 * Throws a {@link StartError} for what is none.
 */
export function readAddress(bind: string): Address {
  const path = /^unix:(.+)$/.exec(bind)?.[1]
  if (path !== undefined) return { path: path.replace(/^\/\/(?=\/)/, '') }
  const fd = /^fd:\/\/(\d{1,9})$/.exec(bind)?.[1]
  if (fd !== undefined) return { fd: Number(fd) }
  const [, ipv6, name = '', port = '8000'] =
    /^(?:\[(.*)\]|([^:[\]/\s]*))(?::(\d+))?$/.exec(bind) ?? []
  const isAddress = ipv6 === undefined ? name !== '' || /^:\d/.test(bind) : isIPv6(ipv6)
  if (!isAddress || Number(port) > 65_535) {
    throw failure(
      `${bind} is no address; it is HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N, with a port up to 65535`,
    )
  }
  return { host: ipv6 ?? (name || '0.0.0.0'), port: Number(port) }
}

/**
 * Reads several addresses. `[::]:8000` alone takes IPv4 connections too; next to an IPv4 address of the same port
 * it listens for IPv6 only. Paths are resolved, so that they stay the same when the process moves to another folder.
 */
export function readAddresses(binds: readonly string[]): Address[] {
  const addresses = binds.map(readAddress)
  const ports = addresses.flatMap(({ host = '', port }) => (isIPv6(host) ? [] : [port]))
  return addresses.map(({ path, ...address }) => ({
    ...address,
    ...(path !== undefined && { path: shortEnough(path) }),
    ...(address.host === '::' && ports.includes(address.port) && { ipv6Only: true }),
  }))
}

/** The resolved path, unless it is longer than the system allows for a socket. unix(7) */
function shortEnough(path: string): string {
  const whole = resolve(path)
  return Buffer.byteLength(whole) > 103 ? path : whole
}

/**
 * Listens at an address. Rejects with a {@link StartError} that says in one line why that is impossible. A unix
 * socket that no process listens at any more is taken over.
 */
async function openListener(address: Address, bind: string): Promise<Listener> {
  if (address.path !== undefined) await clearPath(address.path, bind)
  const server = createServer({ allowHalfOpen: true, noDelay: true })
  try {
    const listening = once(server, 'listening')
    server.listen({ ...address, backlog: 2048 })
    await listening
  } catch (error) {
    throw cannotListen(bind, error)
  }
  server.on('error', () => undefined) // a connection that could not be accepted: the system tells its client
  return { bind, host: hostOf(address, server), url: showAddress(server.address(), bind), server }
}

/** Listens at all of them, or at none. */
export async function openListeners(binds: readonly string[]): Promise<Listener[]> {
  const addresses = readAddresses(binds)
  const opened = await Promise.allSettled(
    addresses.map((address, at) => openListener(address, binds[at] ?? '')),
  )
  const listeners = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const failed = opened.find((one) => one.status === 'rejected')
  if (!failed) return listeners
  for (const { server } of listeners) server.close()
  throw failed.reason
}

function hostOf({ host, fd }: Address, server: Server): string | undefined {
  if (fd === undefined) return host
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.address : undefined
}

/** An address as log lines show it. `bind` is how it was asked for. */
export function showAddress(address: AddressInfo | string | null, bind: string): string {
  if (typeof address === 'string' && address !== '') return `unix:${address}`
  if (address === null || typeof address === 'string') return bind // a unix socket that was handed down
  const { address: host, port } = address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** Makes room for a unix socket: removes one that its server left behind, and nothing else. */
export async function clearPath(path: string, bind: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket())
    throw failure(
      `cannot listen at ${bind}: ${path} is there and is not a socket; it is left alone`,
    )
  if (!(await isRefused(path)) || isHeld(path))
    throw failure(
      `cannot listen at ${bind}: another server listens there; stop it, or choose another path`,
    )
  unlinkSync(path)
}

/**
 * Whether no process listens at a stream socket: only then is a connection refused. A full queue (`EAGAIN`), a socket
 * of another type (`EPROTOTYPE`) or one that is not ours to connect to (`EACCES`) is in use, for all that is known.
 */
function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path)
    socket.once('connect', () => resolve(false)).once('connect', () => socket.destroy())
    socket.once('error', (error) =>
      resolve('code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOENT')),
    )
  })
}

/** Whether a process holds the socket, as a server does that has bound it and is still starting. Linux only. */
function isHeld(path: string): boolean {
  try {
    const names = readFileSync('/proc/net/unix', 'utf8').split('\n')
    return names.some((line) => line.endsWith(` ${resolve(path)}`))
  } catch {
    return false
  }
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
  EBADF: 'no socket that can listen was handed to this process as that descriptor',
  EINVAL: 'no socket that can listen was handed to this process as that descriptor',
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error && REASONS[String(error.code)]) || error.message
}

/** Why an address cannot be listened at, from Node's error. */
export function cannotListen(bind: string, error: unknown): StartError {
  return failure(`cannot listen at ${bind}: ${reason(error)}`)
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
