/**
 * Sends metrics to statsd, one datagram each, with gunicorn's names: `requests`, `request.status.200`,
 * `request.duration`, `workers`, `log.error`. Works the same if no statsd server listens.
 */
import { createSocket, type Socket } from 'node:dgram'
import { lookup } from 'node:dns'
import { isIP, isIPv6 } from 'node:net'
import type { AccessRecord } from '../logs/access.ts'

const PORT = 8125

/** Parses `HOST:PORT`, `[IPV6]:PORT` or `HOST` (port 8125). Returns `undefined` for other text. */
export function readStatsdHost(
  text: string,
): { readonly host: string; readonly port: number } | undefined {
  const [, ipv6, name = '', digits = PORT] =
    /^(?:\[(.+)\]|([^:[\]/\s]+))(?::(\d{1,5}))?$/.exec(text) ?? []
  const host = ipv6 ?? name
  const port = Number(digits)
  return host === '' || port < 1 || port > 65_535 || (ipv6 && !isIPv6(ipv6))
    ? undefined
    : { host, port }
}

/** The delays in milliseconds until the name is resolved again: initially after a failure, and after a success. */
const SOON = 1000
const LATER = 60_000
/** The maximum number of metrics that wait for the first lookup. */
const WAITING = 100

/**
 * A client of a statsd server. It never reports errors: metrics are lost while the name cannot be resolved or the network
 * is unavailable. The name is resolved again periodically.
 */
export class Statsd {
  readonly #prefix: string
  readonly #host: string
  readonly #port: number
  #socket: Socket | undefined
  #family = 0
  #address = ''
  #delay = SOON
  #again: NodeJS.Timeout | undefined
  #isClosed = false
  #waiting: string[] = []

  private constructor(host: string, port: number, prefix: string) {
    this.#host = host
    this.#port = port
    this.#prefix = prefix === '' ? '' : `${prefix.replace(/\.+$/, '')}.`
  }

  /**
   * Opens a client.
   *
   * @param host an address in the format of {@link readStatsdHost}
   * @param prefix the prefix of metric names without the dot; may be empty
   */
  static open(host: string, prefix: string): Statsd {
    const address = readStatsdHost(host) ?? { host, port: PORT }
    const statsd = new Statsd(address.host, address.port, prefix)
    statsd.#lookUp()
    return statsd
  }

  /** Counts a response and its duration. */
  answered({ status, duration }: AccessRecord): void {
    this.#send(`request.duration:${duration.toFixed(3)}|ms`)
    this.count('requests')
    this.count(`request.status.${status.slice(0, 3) || '0'}`)
  }

  /** Adds one to a counter. */
  count(name: string): void {
    this.#send(`${name}:1|c`)
  }

  /** Sets a gauge to its current value. */
  gauge(name: string, value: number): void {
    this.#send(`${name}:${value}|g`)
  }

  close(): Promise<void> {
    this.#isClosed = true
    clearTimeout(this.#again)
    return new Promise((resolve) => {
      if (this.#socket) this.#socket.close(() => resolve())
      else resolve()
    })
  }

  #lookUp(): void {
    lookup(this.#host, (error, address, family) => {
      if (this.#isClosed) return
      if (!error) this.#found(address, family)
      this.#delay = error ? Math.min(this.#delay * 2, LATER) : LATER
      if (isIP(this.#host) === 0)
        this.#again = setTimeout(() => this.#lookUp(), this.#delay).unref()
    })
  }

  #found(address: string, family: number): void {
    this.#address = address
    if (family !== this.#family) this.#open(family)
    for (const metric of this.#waiting.splice(0)) this.#send(metric)
  }

  #open(family: number): void {
    this.#socket?.close()
    this.#family = family
    this.#socket = createSocket(family === 6 ? 'udp6' : 'udp4')
    this.#socket.on('error', () => undefined) // no descriptor or no network: metrics are lost
    this.#socket.unref()
  }

  #send(metric: string): void {
    if (this.#isClosed) return
    if (!this.#socket) {
      if (this.#waiting.length < WAITING) this.#waiting.push(metric)
      return
    }
    try {
      this.#socket.send(this.#prefix + metric, this.#port, this.#address, () => undefined)
    } catch {
      // A socket that could not be bound throws on each send.
    }
  }
}
