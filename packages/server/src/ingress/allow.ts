/** Parses `--forwarded-allow-ips`, the list of trusted proxies. */
import { BlockList, isIP } from 'node:net'
import { StartError, exitCodes } from '../errors.ts'

/** Reports whether an address is in the list. */
export type Allow = (address: string) => boolean

/**
 * Parses a list of addresses (`10.0.0.1`), networks (`10.0.0.0/8`, `fd00::/8`) and `*` for all peers. The empty address
 * represents peers on a unix socket. It is in every list except the empty one, because the file's mode restricts these
 * peers. Throws a {@link StartError} for an invalid item.
 */
export function allowList(items: readonly string[]): Allow {
  const list = new BlockList()
  let allowsAll = false
  for (const item of items) {
    if (item === '*') allowsAll = true
    else add(list, item)
  }
  return (address) => {
    if (allowsAll) return true
    if (address === '') return items.length > 0
    const family = isIP(address)
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function add(list: BlockList, item: string): void {
  const fault = allowFault(item)
  if (fault !== undefined)
    throw new StartError(exitCodes.configuration, `--forwarded-allow-ips: ${fault}`)
  const [address = '', prefix] = item.split('/')
  const type = isIP(address) === 6 ? 'ipv6' : 'ipv4'
  if (prefix === undefined) list.addAddress(address, type)
  else list.addSubnet(address, Number(prefix), type)
}

/** Returns an error message for an item if it is invalid. */
export function allowFault(item: string): string | undefined {
  const [, address = '', prefix = '0'] = /^([^/]*)(?:\/(\d{1,3}))?$/.exec(item) ?? []
  const bits = { 4: 32, 6: 128 }[isIP(address)] ?? -1
  return item === '*' || Number(prefix) <= bits
    ? undefined
    : `expected an address (10.0.0.1), a network (10.0.0.0/8) or *, received ${item}`
}
