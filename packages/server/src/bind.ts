/** Parses `--bind` and opens the listening sockets. */
import { once } from 'node:events'
import { lstatSync, readFileSync, unlinkSync } from 'node:fs'
import { connect, createServer, isIPv6, type AddressInfo, type Server } from 'node:net'
import { resolve } from 'node:path'
import { StartError, exitCodes } from './errors.ts'

/** An address to listen on: host and port, the path of a unix socket, or an inherited descriptor. */
export interface Address {
  readonly host?: string
  readonly port?: number
  readonly path?: string
  readonly fd?: number
  /** Whether `::` accepts IPv6 only, because another address uses the same port for IPv4. */
  readonly ipv6Only?: boolean
}

/** A listening socket. */
export interface Listener {
  /** The address as it was configured. */
  readonly bind: string
  /** The configured host, for `SERVER_NAME`. */
  readonly host: string | undefined
  /** `http://127.0.0.1:8000` with the actual port, or `unix:/path`. */
  readonly url: string
  readonly server: Server
}

/**
 * Parses an address: `host:port`, `[::1]:port`, `:port`, `host` (port 8000), `unix:path` or `fd://3`.
 * Throws a {@link StartError} for an invalid address.
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
      `expected HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N with a port up to 65535, received ${bind}`,
    )
  }
  return { host: ipv6 ?? (name || '0.0.0.0'), port: Number(port) }
}

/**
 * Parses several addresses. `[::]:8000` accepts IPv4 connections too, unless another address has the same port. Paths
 * are resolved, so that they remain valid after `process.chdir()`.
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

/** Returns the absolute path, unless it exceeds the system's limit for a unix socket. unix(7) */
function shortEnough(path: string): string {
  const whole = resolve(path)
  return Buffer.byteLength(whole) > 103 ? path : whole
}

/**
 * Listens at an address. Replaces a stale unix socket. Rejects with a {@link StartError} of one line, with the reason,
 * if it cannot listen.
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
  server.on('error', () => undefined) // accepting a connection failed: the system notifies its client
  return { bind, host: hostOf(address, server), url: showAddress(server.address(), bind), server }
}

/** Listens at all addresses, or at none if one of them fails. */
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

/** Formats an address for the log. `bind` is the address as it was configured. */
export function showAddress(address: AddressInfo | string | null, bind: string): string {
  if (typeof address === 'string' && address !== '') return `unix:${address}`
  if (address === null || typeof address === 'string') return bind // an inherited unix socket
  const { address: host, port } = address
  return `http://${isIPv6(host) ? `[${host}]` : host}:${port}`
}

/** Removes a stale unix socket at a path. Rejects with a {@link StartError} if the path is in use or is not a socket. */
export async function clearPath(path: string, bind: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false })
  if (!found) return
  if (!found.isSocket())
    throw failure(
      `cannot listen on ${bind}: ${path} exists and is not a socket; remove it, or choose another path`,
    )
  if (!(await isRefused(path)) || isHeld(path))
    throw failure(
      `cannot listen on ${bind}: another server listens there; stop it, or choose another path`,
    )
  unlinkSync(path)
}

/**
 * Whether no process listens on a stream socket, in which case the system refuses a connection. A socket with a full
 * backlog (`EAGAIN`), of another type (`EPROTOTYPE`) or without permission (`EACCES`) must be assumed to be in use.
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

/** Whether a process has bound the socket, even if it does not listen yet. Linux only. */
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
    'the address is taken; stop the program that listens there, or choose another address with -b HOST:PORT (port 0 selects a free port)',
  EACCES:
    'permission denied; ports below 1024 and some folders require root, choose another address with -b',
  EADDRNOTAVAIL:
    'this machine does not have this address; use 127.0.0.1 for local connections, or 0.0.0.0 for all of its addresses',
  ENOTFOUND: 'the host does not exist',
  EAI_AGAIN: 'the host name could not be resolved',
  ENOENT: 'the folder does not exist',
  EBADF: 'the descriptor is not a listening socket that this process has inherited',
  EINVAL: 'the descriptor is not a listening socket that this process has inherited',
}

function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return ('code' in error && REASONS[String(error.code)]) || error.message
}

/** Creates the error for an address that cannot be used, from Node's error. */
export function cannotListen(bind: string, error: unknown): StartError {
  return failure(`cannot listen on ${bind}: ${reason(error)}`)
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
