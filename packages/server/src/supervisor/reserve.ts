/**
 * Addresses that the master reserves for its workers: bound before a worker starts, not listening yet.
 *
 *     --bind ─► bound (master) ─► the descriptor, in each worker's stdio ─► listen({ fd }) (acceptor.ts)
 *
 * The socket listens from the moment the first ready worker calls `listen`, and lives as long as any process
 * holds its descriptor: connections wait in its queue while workers come and go. `node:net` cannot bind without
 * listening, but its inner function can, the one that `node:cluster` uses for shared sockets. Where that function
 * or the descriptor is missing (Windows, other runtimes), workers bind for themselves, several of them with `reusePort`.
 */
import { lookup } from 'node:dns/promises'
import { once } from 'node:events'
import net, { createServer, type AddressInfo } from 'node:net'
import { getSystemErrorName } from 'node:util'
import { cannotListen, clearPath, readAddresses, showAddress, type Address } from '../bind.ts'
import type { ListenAt } from './acceptor.ts'

/** An address that this process reserves. */
export interface Reserved {
  /** As it was asked for. */
  readonly bind: string
  /** The host that was asked for, for `SERVER_NAME`. */
  readonly host: string | undefined
  /** `http://127.0.0.1:8000`, with the real port; `unix:/path`. */
  readonly url: string
  /** The descriptor to pass on to workers; `undefined` where they bind for themselves, by {@link listen}. */
  readonly fd: number | undefined
  readonly listen: ListenAt
  /** Closes this process's descriptor. A unix socket's path is removed. */
  release(): void
}

/** A bound socket, as the inner parts of `node:net` know it. */
interface Handle {
  readonly fd: number
  /** Writes the address into an object, and returns 0 or an error number. Pipes have none. */
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
const PATH = -1 // in place of port and family: the address is a path

/**
 * Reserves all addresses, or none. Rejects with a {@link StartError} that says why an address cannot be listened at.
 *
 * @param createHandle for tests of the fallback
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
      // oxlint-disable-next-line no-await-in-loop -- one after another, so that the first fault is the one reported
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

/** A handle that is bound; nothing where it has no descriptor that could be passed on. */
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
    orThrow(handle.getsockname?.(found) || handle) // a taken port is told here
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

/** Sees whether the address is free, and which port it has. */
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
