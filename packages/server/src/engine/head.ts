/** Parses the head of a request, line by line. RFC 9112 §2 to §6 */
import { isToken, TARGET_CHARACTER } from '@phial/core'
import {
  offeredProtocol,
  otherHost,
  wrongFraming,
  wrongHost,
  wrongMethod,
  wrongTarget,
  wrongVersion,
} from '../head-rules.ts'
import { bad, Refused, type Bounds, type Refusal } from '../refusal.ts'
import { readField, trimmed, type Field } from './field.ts'
import type { Reader } from './reader.ts'
import { Head, type RequestLine } from './request.ts'

/** The shared empty list. Never pushed to. */
const NONE: string[] = []
/** The number of bytes of a CR LF. */
const LINE_END = 2
/** The maximum size in bytes of a head whose lines are cached. */
const MEMORABLE = 4096
/** The number of heads with new lines after which the cache is cleared, because each line keeps alive the text that contains it. */
const TEXTS = 4
const REQUEST_LINE = /^([^ ]*) ([^ ]*) HTTP\/(\d\.\d)$/
/** Matches most valid request lines: an upper-case method other than CONNECT, and a path. */
const GOOD_LINE = new RegExp(`^(?!CONNECT )([A-Z]+) (/${TARGET_CHARACTER}*) (HTTP/1[.][01])$`)
/**
 * The bytes that a request may begin with: token characters, CR and LF. A client that speaks another protocol is
 * therefore rejected immediately, even if it never sends a line end.
 */
const FIRST = Array.from(
  { length: 256 },
  (_, byte) => byte === 13 || byte === 10 || isToken(String.fromCharCode(byte)),
)

/** Parses the request heads of a connection. */
export class HeadReader {
  readonly #bounds: Bounds
  /** The head that is being parsed; `undefined` before its first line. */
  #head: Head | undefined
  /** The number of bytes left for the remaining lines, including their CR LF. */
  #room: number
  #isAfterEmptyLine = false
  /** The number of fields and of bytes read so far, and whether a line is new. */
  #count = 0
  #size = 0
  #isNew = false
  /** The number of heads with new lines since the cache was cleared. */
  #texts = 0
  /**
   * The cache: the request line and the fields of the previous request, which are replaced by those of the current one.
   * Most clients repeat them, and then no object of a request outlives it. `bench/http.ts` measures it.
   */
  #first: RequestLine | undefined
  readonly #fields: Field[] = []
  #hosts = NONE
  #lengths = NONE
  #codings = NONE
  #connections = NONE
  #expectations = NONE
  #upgrades = NONE
  /** The last host that was in order: most clients name it over and over. */
  #goodHost: string | undefined
  /** The request line, for the access log. */
  line = ''

  constructor(bounds: Bounds) {
    this.#bounds = bounds
    this.#room = bounds.head
  }

  /** Whether part of a head has been read. */
  get hasBegun(): boolean {
    return this.#head !== undefined || this.#isAfterEmptyLine
  }

  /** Returns the next head, or `undefined` if its end has not arrived. Throws {@link Refused}. */
  read(reader: Reader): Head | undefined {
    if (this.#head === undefined && !this.#begin(reader)) return undefined
    const { fieldSize, refusals } = this.#bounds
    for (;;) {
      const line = this.#line(reader, fieldSize, refusals.field)
      if (line === undefined) return undefined
      if (line === '') return this.#end()
      this.#take(line)
    }
  }

  /** Reads the request line, after an optional empty line (RFC 9112 §2.2). */
  #begin(reader: Reader): boolean {
    const { first } = reader
    if (first !== undefined && FIRST[first] === false) throw new Refused(NO_REQUEST)
    const line = this.#line(reader, this.#bounds.requestLine, this.#bounds.refusals.line)
    if (line === undefined) return false
    if (line === '' && !this.#isAfterEmptyLine) {
      this.#isAfterEmptyLine = true
      return this.#begin(reader)
    }
    if (line !== this.line || this.#first === undefined) {
      this.line = line
      this.#isNew = true
      this.#first = readRequestLine(line)
    }
    this.#head = new Head(this.#first)
    return true
  }

  /** Returns the next line. Enforces the limit of the line and that of the whole head. */
  #line(reader: Reader, most: number, excess: Refusal): string | undefined {
    const room = this.#room - LINE_END
    const isWithin = most <= room
    const line = reader.line(isWithin ? most : room, isWithin ? excess : this.#bounds.refusals.head)
    if (line === undefined) return undefined
    this.#room = room - line.length
    this.#size += line.length
    return line
  }

  #take(line: string): void {
    const head = this.#head as Head
    const at = this.#count++
    if (at >= this.#bounds.fields) throw new Refused(this.#bounds.refusals.fields)
    let field = this.#fields[at]
    if (field?.line !== line) {
      field = this.#fields[at] = readField(line)
      this.#isNew = true
    }
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

  /** Completes the head after its empty line. */
  #end(): Head {
    const head = this.#head as Head
    const { isOld, target } = head
    const [host] = this.#hosts
    if (this.#hosts.length !== 1 || host !== this.#goodHost) head.refusal = this.#look(head)
    if (!target.startsWith('/')) head.refusal ??= otherHost(target, host)
    if (this.#lengths !== NONE || this.#codings !== NONE) head.refusal ??= this.#frame(head)
    if (isOld || this.#connections !== NONE) head.closes = closes(this.#connections, isOld)
    if (this.#expectations !== NONE && !isOld) head.refusal ??= this.#expect(head)
    if (this.#upgrades !== NONE && !isOld && head.method === 'GET' && head.length === 0)
      head.upgrade = offeredProtocol(this.#upgrades, this.#connections)
    this.#reset()
    return head
  }

  /** Validates a host that differs from the cached one. */
  #look({ protocol }: Head): Refusal | undefined {
    const refusal = wrongHost(this.#hosts, protocol.slice(5))
    if (refusal === undefined) this.#goodHost = this.#hosts[0]
    return refusal
  }

  #frame(head: Head): Refusal | undefined {
    const refusal = wrongFraming(this.#lengths, this.#codings, head.protocol.slice(5))
    if (refusal !== undefined) return refusal
    head.length = this.#codings === NONE ? Number(this.#lengths[0]) : Infinity
    const isTooLong = head.length !== Infinity && head.length > this.#bounds.body
    return isTooLong ? this.#bounds.refusals.body : undefined
  }

  /** Accepts the expectation 100-continue only. RFC 9110 §10.1.1 */
  #expect(head: Head): Refusal | undefined {
    const expectations = this.#expectations.join().toLowerCase().split(',')
    head.expects = expectations.every((one) => trimmed(one) === '100-continue')
    const reason = '100-continue is the only supported expectation (RFC 9110 §10.1.1)'
    return head.expects ? undefined : { status: '417 Expectation Failed', reason }
  }

  #reset(): void {
    this.#head = undefined
    this.#room = this.#bounds.head
    this.#isAfterEmptyLine = false
    this.#hosts = this.#lengths = this.#codings = this.#connections = this.#expectations = NONE
    this.#upgrades = NONE
    if (this.#fields.length > this.#count) this.#fields.length = this.#count
    if (this.#isNew) this.#forgetSome()
    this.#count = this.#size = 0
    this.#isNew = false
  }

  /** Bounds the cache, so that an idle connection holds only a few kilobytes. `bench/memory.ts` measures it. */
  #forgetSome(): void {
    if (++this.#texts <= TEXTS && this.#size <= MEMORABLE) return
    this.#fields.length = this.#texts = 0
    this.#first = this.#goodHost = undefined
  }
}

const NO_REQUEST = bad('the request line is not METHOD target HTTP/1.1 (RFC 9112 §3)')

function added(values: string[], value: string): string[] {
  if (values === NONE) return [value]
  values.push(value)
  return values
}

function readRequestLine(line: string): RequestLine {
  const [, method, target, protocol] = GOOD_LINE.exec(line) ?? []
  return method === undefined || target === undefined || protocol === undefined
    ? readOtherLine(line)
    : { method, target, protocol }
}

/** Parses a request line that is unusual or invalid. */
function readOtherLine(line: string): RequestLine {
  const [, method, target, version] = REQUEST_LINE.exec(line) ?? []
  if (method === undefined || target === undefined || version === undefined)
    throw new Refused(NO_REQUEST)
  const refusal = wrongMethod(method) ?? wrongVersion(version) ?? wrongTarget(method, target)
  if (refusal !== undefined) throw new Refused(refusal)
  return { method, target, protocol: version === '1.1' ? 'HTTP/1.1' : 'HTTP/1.0' }
}

/** Whether the connection closes after the response. `close` overrides `keep-alive`. RFC 9112 §9.3 */
function closes(values: readonly string[], isOld: boolean): boolean {
  const [value, ...more] = values
  if (more.length === 0 && value === 'close') return true
  if (more.length === 0 && value === 'keep-alive') return false
  const options = values
    .join()
    .toLowerCase()
    .split(',')
    .map((option) => trimmed(option))
  return options.includes('close') || (isOld && !options.includes('keep-alive'))
}
