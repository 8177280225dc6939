/**
 * A load generator for machines without wrk: a number of connections, each with one request at a time. Reads its task as
 * JSON from the first argument, and prints its results as JSON.
 */
import { once } from 'node:events'
import { connect } from 'node:net'
import { createHistogram } from 'node:perf_hooks'

interface Task {
  readonly port: number
  /** The bytes of one request. */
  readonly request: string
  readonly connections: number
  readonly seconds: number
}

const { port, request, connections, seconds } = JSON.parse(process.argv[2] ?? '') as Task
const times = createHistogram()
let [requests, failures, isOver] = [0, 0, false]

/** Parses one answer. `take` returns whether it is complete. */
class Answer {
  #head = ''
  #left = 0
  #tail = ''

  take(bytes: Buffer): boolean {
    if (this.#tail === '' && this.#left === 0) {
      this.#head += bytes.toString('latin1')
      const end = this.#head.indexOf('\r\n\r\n')
      if (end < 0) return false
      if (!this.#head.startsWith('HTTP/1.1 2')) failures += 1
      const [, length] = /\r\ncontent-length: *(\d+)/i.exec(this.#head.slice(0, end + 2)) ?? []
      const body = this.#head.length - end - 4
      if (length === undefined) this.#tail = this.#head.slice(-5)
      else if ((this.#left = Number(length) - body) <= 0) return true
      return length === undefined && this.#isLast()
    }
    if (this.#left > 0) return (this.#left -= bytes.length) <= 0
    this.#tail = (this.#tail + bytes.subarray(-5).toString('latin1')).slice(-5)
    return this.#isLast()
  }

  #isLast(): boolean {
    return this.#tail === '0\r\n\r\n'
  }
}

async function client(): Promise<void> {
  const socket = connect(port, '127.0.0.1').setNoDelay()
  await once(socket, 'connect')
  let answer = new Answer()
  let began = performance.now()
  const send = (): void => {
    answer = new Answer()
    began = performance.now()
    socket.write(request, 'latin1')
  }
  socket.on('data', (bytes: Buffer) => {
    if (!answer.take(bytes)) return
    times.record(Math.max(1, Math.round((performance.now() - began) * 1000)))
    requests += 1
    if (isOver) socket.destroy()
    else send()
  })
  const closed = once(socket, 'close')
  send()
  await closed
  if (!isOver) failures += 1
}

const before = performance.now()
const used = process.cpuUsage()
setTimeout(() => {
  isOver = true
}, seconds * 1000)
await Promise.all(Array.from({ length: connections }, client))
const passed = performance.now() - before
const { user, system } = process.cpuUsage(used)
console.log(
  JSON.stringify({
    requests,
    failures,
    rate: requests / (passed / 1000),
    p99: times.percentile(99) / 1000,
    busy: (user + system) / 1000 / passed,
  }),
)
