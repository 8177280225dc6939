/**
 * Metrics for statsd, one datagram each, with gunicorn's names: `requests`, `request.status.200`,
 * `request.duration`, `workers`, `log.error`. Whether anybody listens makes no difference.
 */
import { createSocket, type Socket } from 'node:dgram'
import { isIPv6 } from 'node:net'
import type { AccessRecord } from '../logs/access.ts'

const PORT = 8125

/** Reads `HOST:PORT`, `[IPV6]:PORT` or `HOST` (port 8125); nothing if it is none. */
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

/** A client that sends to one statsd server. */
export class Statsd {
  readonly #prefix: string
  readonly #socket: Socket
  /** What is sent before the server's address is known. */
  #waiting: string[] | undefined = []

  private constructor(socket: Socket, prefix: string) {
    this.#socket = socket
    this.#prefix = prefix === '' ? '' : `${prefix.replace(/\.+$/, '')}.`
  }

  /**
   * Opens a client.
   *
   * @param host as {@link readStatsdHost} takes it
   * @param prefix what names begin with, without the dot; may be empty
   */
  static open(host: string, prefix: string): Statsd {
    const address = readStatsdHost(host) ?? { host, port: PORT }
    const socket = createSocket(isIPv6(address.host) ? 'udp6' : 'udp4')
    const statsd = new Statsd(socket, prefix)
    socket.on('error', () => undefined) // nobody listens: that is no reason to stop serving
    socket.connect(address.port, address.host, () => statsd.#connected())
    socket.unref()
    return statsd
  }

  /** Counts an answer, and how long it took. */
  answered({ status, duration }: AccessRecord): void {
    this.#send(`request.duration:${duration.toFixed(3)}|ms`)
    this.count('requests')
    this.count(`request.status.${status.slice(0, 3) || '0'}`)
  }

  /** Adds one to a counter. */
  count(name: string): void {
    this.#send(`${name}:1|c`)
  }

  /** Says how many of something there are now. */
  gauge(name: string, value: number): void {
    this.#send(`${name}:${value}|g`)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.#socket.close(() => resolve()))
  }

  #connected(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const metric of waiting) this.#send(metric)
  }

  #send(metric: string): void {
    if (!this.#waiting) this.#socket.send(this.#prefix + metric, () => undefined)
    else if (this.#waiting.length < 100) this.#waiting.push(metric)
  }
}
