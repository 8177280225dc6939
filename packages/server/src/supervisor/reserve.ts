/**
 * Reserves addresses for the workers: the master binds them before a worker starts, but does not listen yet.
 *
 *     --bind ─► bound (master) ─► the descriptor, in each worker's stdio ─► listen({ fd }) (acceptor.ts)
 *
 * The socket starts to listen when the first worker is ready and calls `listen`. It stays open as long as any process has
 * its descriptor, so connections wait in its queue while workers are replaced. `node:net` cannot bind without listening,
 * but the internal function that `node:cluster` uses for shared sockets can. If that function or the descriptor is missing
 * (Windows, other runtimes), workers bind the address themselves, several of them with `reusePort`.
 */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import net, { createServer, type AddressInfo } from 'node:net'
import { getSystemErrorName } from 'node:util'
import { cannotListen, clearPath, readAddresses, showAddress, type Address } from '../bind.ts'
import type { ListenAt } from './acceptor.ts'

/** A reserved address. */
export interface Reserved {
  /** The address as it was configured. */
  readonly bind: string
  /** The configured host, for `SERVER_NAME`. */
  readonly host: string | undefined
  /** `http://127.0.0.1:8000` with the actual port, or `unix:/path`. */
  readonly url: string
  /** The descriptor to pass to workers; `undefined` if they bind the address themselves, with {@link listen}. */
  readonly fd: number | undefined
  readonly listen: ListenAt
  /** Closes the descriptor of this process, and removes the path of a unix socket. */
  release(): void
}

/** The internal handle of a bound `node:net` socket. */
interface Handle {
  readonly fd: number
  /** Writes the address to an object. Returns 0 or an error number. Missing for pipes. */
  readonly getsockname?: (out: object) => number
  close(): void
}

type CreateHandle = (
  address: string | null,
  port: number | null,
  family: number | null,
  fd?: number,
  flags?: number,
) => Handle | number

const IPV6_ONLY = 1 // libuv's UV_TCP_IPV6ONLY
const PATH = -1 // instead of a port and a family, if the address is a path

/**
 * Reserves all addresses, or none if one of them fails. Rejects with a {@link StartError} that names the reason.
 *
 * @param createHandle replaced in tests of the fallback
 */
export async function reserve(
  binds: readonly string[],
  createHandle = Reflect.get(net, '_createServerHandle') as CreateHandle | null,
): Promise<Reserved[]> {
  const addresses = readAddresses(binds)
  const reserved: Reserved[] = []
  try {
    for (const [at, address] of addresses.entries()) {
      const bind = binds[at] ?? ''
      // oxlint-disable-next-line no-await-in-loop -- one after another, so that the first error is reported
      reserved.push(await reserveOne(bind, address, createHandle))
    }
    return reserved
  } catch (error) {
    for (const one of reserved) one.release()
    throw error
  }
}

async function reserveOne(
  bind: string,
  address: Address,
  createHandle: CreateHandle | null,
): Promise<Reserved> {
  if (address.path !== undefined) await clearPath(address.path, bind)
  try {
    const handle = createHandle && (await bound(address, createHandle))
    return handle ? passedOn(bind, address, handle) : await boundByWorkers(bind, address)
  } catch (error) {
    throw cannotListen(bind, error)
  }
}

/** Returns a bound handle, or `undefined` if it has no descriptor to pass on. */
async function bound(address: Address, createHandle: CreateHandle): Promise<Handle | undefined> {
  const handle = orThrow(await createBound(address, createHandle))
  if (handle.fd >= 0) return handle
  handle.close()
  return undefined
}

async function createBound(
  { path, fd, host = '', port = 0, ipv6Only = false }: Address,
  createHandle: CreateHandle,
): Promise<Handle | number> {
  if (path !== undefined) return createHandle(path, PATH, PATH)
  if (fd !== undefined) return createHandle(null, null, null, fd)
  const { address, family } = await lookup(host)
  return createHandle(address, port, family, undefined, ipv6Only ? IPV6_ONLY : 0)
}

function orThrow(handle: Handle | number): Handle {
  if (typeof handle !== 'number') return handle
  const code = getSystemErrorName(handle)
  throw Object.assign(new Error(code), { code })
}

function passedOn(bind: string, address: Address, handle: Handle): Reserved {
  const found: Partial<AddressInfo> = {}
  try {
    orThrow(handle.getsockname?.(found) || handle) // reports a port that is in use
  } catch (error) {
    handle.close()
    throw error
  }
  const real = found.address === undefined ? (address.path ?? null) : (found as AddressInfo)
  return {
    bind,
    host: address.fd === undefined ? address.host : found.address,
    url: showAddress(real, bind),
    fd: handle.fd,
    listen: {},
    release: () => handle.close(),
  }
}

/** Checks that the address is free, and determines its port. */
async function boundByWorkers(bind: string, address: Address): Promise<Reserved> {
  const probe = createServer()
  const listening = once(probe, 'listening')
  probe.listen(address)
  await listening
  const real = probe.address()
  await new Promise((resolve) => probe.close(resolve))
  const port = typeof real === 'object' && real !== null ? { port: real.port } : {}
  return {
    bind,
    host: address.host,
    url: showAddress(real, bind),
    fd: undefined,
    listen: { ...address, ...port, reusePort: process.platform !== 'win32' },
    release: () => undefined,
  }
}
