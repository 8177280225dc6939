/** From bytes to the head of a request, line by line as they come. RFC 9112 §2 to §6 */
import { isToken } from '@phial/core'
import {
  offeredProtocol,
  otherHost,
  wrongFraming,
  wrongHost,
  wrongMethod,
  wrongTarget,
  wrongVersion,
} from '../head-rules.ts'
import {
  atMost,
  bad,
  limitRefusals,
  Refused,
  type LimitRefusals,
  type Refusal,
} from '../refusal.ts'
import type { Limits } from '../transport.ts'
import { readField, trimmed, type Field } from './field.ts'
import type { Reader } from './reader.ts'
import { Head } from './request.ts'

/** Shared by all that have none, so never pushed to. */
const NONE: string[] = []
/** How many bytes end a line. */
const LINE_END = 2
/** Up to how many bytes the lines of a head may have together to be remembered. */
const MEMORABLE = 4096
/** After how many heads with something new all is forgotten: each line keeps alive the text that it came in. */
const TEXTS = 4
const REQUEST_LINE = /^([^ ]*) ([^ ]*) HTTP\/(\d\.\d)$/

/** Reads the heads of one connection, one after another. */
export class HeadReader {
  readonly #limits: Limits
  readonly #tooLong: LimitRefusals
  /** The head that is being read; `undefined` before its first line. */
  #head: Head | undefined
  /** How many bytes the lines may have that are still to come, their ends included. */
  #room: number
  #isAfterEmptyLine = false
  /** How many fields it has so far, how many bytes, and whether one of its lines is new. */
  #count = 0
  #size = 0
  #isNew = false
  /** How many heads with something new there were since all was forgotten. */
  #texts = 0
  /**
   * The request line and the fields of the request before, in whose place those of this one are put: most
   * clients say the same again, and then nothing that a request made outlives it. `bench/http.ts` measures it.
   */
  #first: Head | undefined
  readonly #fields: Field[] = []
  #hosts = NONE
  #lengths = NONE
  #codings = NONE
  #connections = NONE
  #expectations = NONE
  #upgrades = NONE
  /** The last host that was in order: most clients name it over and over. */
  #goodHost: string | undefined
  /** The line that a request began with, for the log. */
  line = ''

  constructor(limits: Limits) {
    this.#limits = limits
    this.#tooLong = limitRefusals(limits)
    this.#room = atMost(limits.head)
  }

  /** Whether part of a head has been read. */
  get hasBegun(): boolean {
    return this.#head !== undefined || this.#isAfterEmptyLine
  }

  /** The next head, or `undefined` as long as its end has not come. Throws {@link Refused}. */
  read(reader: Reader): Head | undefined {
    if (this.#head === undefined && !this.#begin(reader)) return undefined
    for (;;) {
      const line = this.#line(reader, this.#limits.fieldSize, this.#tooLong.field)
      if (line === undefined) return undefined
      if (line === '') return this.#end()
      this.#take(line)
    }
  }

  /** Reads the request line. One empty line before it is passed over, as RFC 9112 §2.2 asks. */
  #begin(reader: Reader): boolean {
    let line = this.#firstLine(reader)
    if (line === '' && !this.#isAfterEmptyLine) {
      this.#isAfterEmptyLine = true
      line = this.#firstLine(reader)
    }
    if (line === undefined) return false
    if (line !== this.line || this.#first === undefined) {
      this.line = line
      this.#isNew = true
      this.#first = readRequestLine(line)
    }
    this.#head = this.#first.again()
    return true
  }

  #firstLine(reader: Reader): string | undefined {
    const { first } = reader
    if (first !== undefined && !isFirst(first)) throw new Refused(NO_REQUEST)
    return this.#line(reader, this.#limits.requestLine, this.#tooLong.line)
  }

  /** The next line, if the whole head has room for it. */
  #line(reader: Reader, limit: number, excess: Refusal): string | undefined {
    const most = atMost(limit)
    const room = this.#room - LINE_END
    const line = most <= room ? reader.line(most, excess) : reader.line(room, this.#tooLong.head)
    if (line === undefined) return undefined
    this.#room = room - line.length
    this.#size += line.length
    return line
  }

  #take(line: string): void {
    const head = this.#head as Head
    const at = this.#count++
    if (at >= atMost(this.#limits.fields)) throw new Refused(this.#tooLong.fields)
    const before = this.#fields[at]
    const field = before?.line === line ? before : this.#remember(at, readField(line))
    const { kind, value, header } = field
    if (header !== undefined) head.headers.push(header)
    if (kind === '') return
    if (kind === 'host') this.#hosts = added(this.#hosts, value)
    else if (kind === 'content-length') this.#lengths = added(this.#lengths, value)
    else if (kind === 'transfer-encoding') this.#codings = added(this.#codings, value)
    else if (kind === 'connection') this.#connections = added(this.#connections, value)
    else if (kind === 'expect') this.#expectations = added(this.#expectations, value)
    else this.#upgrades = added(this.#upgrades, value)
  }

  /** The empty line has come. */
  #end(): Head {
    const head = this.#head as Head
    const old = head.isOld
    head.refusal = this.#wrongHost(head) ?? this.#frame(head)
    if (old || this.#connections !== NONE) head.closes = closes(this.#connections, old)
    if (this.#expectations !== NONE && !old) head.refusal ??= this.#expect(head)
    if (this.#upgrades !== NONE && !old && head.method === 'GET' && head.length === 0)
      head.upgrade = offeredProtocol(this.#upgrades, this.#connections)
    this.#reset()
    return head
  }

  #wrongHost({ protocol, target }: Head): Refusal | undefined {
    const [host] = this.#hosts
    if (this.#hosts.length !== 1 || host !== this.#goodHost) {
      const refusal = wrongHost(this.#hosts, protocol.slice(5))
      if (refusal !== undefined) return refusal
      this.#goodHost = host
    }
    return otherHost(target, host)
  }

  #frame(head: Head): Refusal | undefined {
    if (this.#lengths === NONE && this.#codings === NONE) return undefined
    const refusal = wrongFraming(this.#lengths, this.#codings, head.protocol.slice(5))
    if (refusal !== undefined) return refusal
    head.length = this.#codings === NONE ? Number(this.#lengths[0]) : Infinity
    const isTooLong = head.length !== Infinity && head.length > atMost(this.#limits.body)
    return isTooLong ? this.#tooLong.body : undefined
  }

  /** 100 (Continue), and nothing else. RFC 9110 §10.1.1 */
  #expect(head: Head): Refusal | undefined {
    const expectations = this.#expectations.join().toLowerCase().split(',')
    head.expects = expectations.every((one) => trimmed(one) === '100-continue')
    const reason = 'only 100-continue can be expected (RFC 9110 §10.1.1)'
    return head.expects ? undefined : { status: '417 Expectation Failed', reason }
  }

  #reset(): void {
    this.#head = undefined
    this.#room = atMost(this.#limits.head)
    this.#isAfterEmptyLine = false
    this.#hosts = this.#lengths = this.#codings = this.#connections = this.#expectations = NONE
    this.#upgrades = NONE
    if (this.#fields.length > this.#count) this.#fields.length = this.#count
    if (this.#isNew) this.#forgetSome()
    this.#count = this.#size = 0
    this.#isNew = false
  }

  #remember(at: number, field: Field): Field {
    this.#isNew = true
    this.#fields[at] = field
    return field
  }

  /** A connection at rest holds some kilobytes, whatever it was sent; `bench/memory.ts` measures it. */
  #forgetSome(): void {
    if (++this.#texts <= TEXTS && this.#size <= MEMORABLE) return
    this.#fields.length = this.#texts = 0
    this.#first = this.#goodHost = undefined
  }
}

/** Whether a line may begin so: what speaks another protocol is told at once, whether its lines end or not. */
const isFirst = (byte: number): boolean =>
  byte === 13 || byte === 10 || isToken(String.fromCharCode(byte))

const NO_REQUEST = bad('the request line is not METHOD target HTTP/1.1 (RFC 9112 §3)')

function added(values: string[], value: string): string[] {
  if (values === NONE) return [value]
  values.push(value)
  return values
}

function readRequestLine(line: string): Head {
  const [, method, target, version] = REQUEST_LINE.exec(line) ?? []
  if (method === undefined || target === undefined || version === undefined)
    throw new Refused(NO_REQUEST)
  refuseIf(wrongMethod(method) ?? wrongVersion(version) ?? wrongTarget(method, target))
  return new Head(method, target, version === '1.1' ? 'HTTP/1.1' : 'HTTP/1.0')
}

function refuseIf(refusal: Refusal | undefined): void {
  if (refusal !== undefined) throw new Refused(refusal)
}

/** Whether the connection closes after the answer. `close` wins over `keep-alive`. RFC 9112 §9.3 */
function closes(values: readonly string[], isOld: boolean): boolean {
  if (!isOld && values.length === 1 && values[0] === 'keep-alive') return false
  const options = values
    .join()
    .toLowerCase()
    .split(',')
    .map((option) => trimmed(option))
  return options.includes('close') || (isOld && !options.includes('keep-alive'))
}
