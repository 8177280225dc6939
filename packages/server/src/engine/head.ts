/** Parses the heads of a connection, line by line, within the limits of the server. RFC 9112 §2 to §6 */
import { isToken } from '@phial/core'
import { offeredProtocol, otherHost, wrongFraming, wrongHost } from '../head-rules.ts'
import { Refused, type Bounds, type Refusal } from '../refusal.ts'
import type { Reader } from './reader.ts'
import { Head, NO_REQUEST, readField, readRequestLine, trimmed } from './request.ts'
import type { Field, Header, Kind, RequestLine } from './request.ts'

/** The number of bytes of a CR LF. */
const LINE_END = 2
/** The maximum size in bytes of a head that is cached. */
const MEMORABLE = 4096
/** The number of heads with new lines after which the cache is cleared, because each line keeps alive the text that contains it. */
const TEXTS = 4
/**
 * The bytes that a request may begin with: token characters, CR and LF. A client that speaks another protocol is
 * therefore rejected immediately, even if it never sends a line end.
 */
const FIRST = Array.from(
  { length: 256 },
  (_, byte) => byte === 13 || byte === 10 || isToken(String.fromCharCode(byte)),
)

/** The shared empty list. Never pushed to. */
const NONE: readonly string[] = []

/** The valid fields of a request, without those whose meaning depends on the request line. */
interface Section extends Pick<Head, 'headers' | 'length' | 'closes'> {
  /** All lines, including the empty one. */
  readonly text: string
}

/** Parses the request heads of a connection. */
export class HeadReader {
  readonly #bounds: Bounds
  /** The head that is being parsed; `undefined` before its first line. */
  #head: Head | undefined
  /** The number of bytes left for the remaining lines, including their CR LF. */
  #room: number
  #isAfterEmptyLine = false
  /** What has been read of the head: the number of fields and of bytes, and whether a field is new. */
  #count = 0
  #size = 0
  #isNew = false
  #headers: Header[] = []
  /** The values of the fields that the server itself interprets. */
  #values: Partial<Record<Kind, string[]>> = {}
  /** The received text from the first field on. */
  #text = ''
  /**
   * The cache: the request line, the fields and the section of the previous request. Most clients repeat them, and then no
   * object of a request outlives it. `bench/http.ts` measures it.
   */
  #first: RequestLine | undefined
  readonly #fields: Field[] = []
  #section: Section | undefined
  /** The last valid host. */
  #goodHost: string | undefined
  /** The number of heads with new fields since the cache was cleared. */
  #texts = 0
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
    const head = (this.#head ??= this.#begin(reader))
    if (head === undefined) return undefined
    if (this.#count === 0) {
      if (this.#section !== undefined && this.#skip(this.#section, head, reader))
        return this.#end(head)
      this.#text = reader.ahead
    }
    const { fieldSize, refusals } = this.#bounds
    for (;;) {
      const line = this.#line(reader, fieldSize, refusals.field)
      if (line === undefined) return undefined
      if (line === '') return this.#end(this.#interpret(head))
      this.#take(line)
    }
  }

  /** Reads the request line, after an optional empty line (RFC 9112 §2.2). */
  #begin(reader: Reader): Head | undefined {
    const { first } = reader
    if (first !== undefined && FIRST[first] === false) throw new Refused(NO_REQUEST)
    const line = this.#line(reader, this.#bounds.requestLine, this.#bounds.refusals.line)
    if (line === undefined) return undefined
    if (line === '' && !this.#isAfterEmptyLine) {
      this.#isAfterEmptyLine = true
      return this.#begin(reader)
    }
    if (line !== this.line || this.#first === undefined) {
      this.line = line
      this.#first = readRequestLine(line)
    }
    return new Head(this.#first)
  }

  /** Returns the next line. Enforces the limit of the line and that of the whole head. */
  #line(reader: Reader, most: number, excess: Refusal): string | undefined {
    const room = this.#room - LINE_END
    const isWithin = most <= room
    const line = reader.line(isWithin ? most : room, isWithin ? excess : this.#bounds.refusals.head)
    if (line === undefined) return undefined
    this.#room = room - line.length
    this.#size += line.length + LINE_END
    return line
  }

  /** Skips the fields if they are those of the previous request, which need not be parsed again. */
  #skip({ text, headers, length, closes: isLast }: Section, head: Head, reader: Reader): boolean {
    if (head.isOld || !head.target.startsWith('/')) return false
    if (text.length > this.#room || !reader.skipText(text)) return false
    this.#size += text.length
    head.headers = headers
    head.length = length
    head.closes = isLast
    return true
  }

  #take(line: string): void {
    const at = this.#count++
    if (at >= this.#bounds.fields) throw new Refused(this.#bounds.refusals.fields)
    let field = this.#fields[at]
    if (field?.line !== line) {
      field = this.#fields[at] = readField(line)
      this.#isNew = true
    }
    const { kind, value, header } = field
    if (header !== undefined) this.#headers.push(header)
    if (kind !== '') (this.#values[kind] ??= []).push(value)
  }

  /** Interprets the fields of a head, after its empty line. */
  #interpret(head: Head): Head {
    const { isOld, target } = head
    const { host: hosts = NONE, connection = NONE, expect, upgrade } = this.#values
    const { 'content-length': lengths, 'transfer-encoding': codings } = this.#values
    const [host] = hosts
    if (hosts.length !== 1 || host !== this.#goodHost) {
      head.refusal = wrongHost(hosts, head.protocol.slice(5))
      this.#goodHost = head.refusal === undefined ? host : undefined
    }
    if (!target.startsWith('/')) head.refusal ??= otherHost(target, host)
    if (lengths !== undefined || codings !== undefined)
      head.refusal ??= this.#frame(head, lengths, codings)
    if (isOld || connection !== NONE) head.closes = closes(connection, isOld)
    if (expect !== undefined && !isOld) head.refusal ??= readExpectations(head, expect)
    if (upgrade !== undefined && !isOld && head.method === 'GET' && head.length === 0)
      head.upgrade = offeredProtocol(upgrade, connection)
    head.headers = this.#headers
    if (!isOld && head.refusal === undefined && expect === undefined && upgrade === undefined)
      this.#remember(head)
    return head
  }

  /** Caches the fields if they arrived in one packet. */
  #remember({ headers, length, closes: isLast }: Head): void {
    const end = this.#text.indexOf('\r\n\r\n')
    if (end >= 0)
      this.#section = { text: this.#text.slice(0, end + 4), headers, length, closes: isLast }
  }

  #frame(head: Head, lengths = NONE, codings = NONE): Refusal | undefined {
    const refusal = wrongFraming(lengths, codings, head.protocol.slice(5))
    if (refusal !== undefined) return refusal
    head.length = codings === NONE ? Number(lengths[0]) : Infinity
    const isTooLong = head.length !== Infinity && head.length > this.#bounds.body
    return isTooLong ? this.#bounds.refusals.body : undefined
  }

  /** Prepares for the next head, and bounds the cache, so that an idle connection holds only a few kilobytes. `bench/memory.ts` measures it. */
  #end(head: Head): Head {
    if (this.#size > MEMORABLE || (this.#isNew && ++this.#texts > TEXTS)) {
      this.#fields.length = this.#texts = 0
      this.#first = this.#section = this.#goodHost = undefined
    }
    if (this.#count > 0) {
      if (this.#fields.length > this.#count) this.#fields.length = this.#count
      this.#headers = []
      this.#values = {}
      this.#text = ''
    }
    this.#head = undefined
    this.#room = this.#bounds.head
    this.#count = this.#size = 0
    this.#isAfterEmptyLine = this.#isNew = false
    return head
  }
}

/** Accepts the expectation 100-continue only. RFC 9110 §10.1.1 */
function readExpectations(head: Head, values: readonly string[]): Refusal | undefined {
  const expectations = values.join().toLowerCase().split(',')
  head.expects = expectations.every((one) => trimmed(one) === '100-continue')
  const reason = '100-continue is the only supported expectation (RFC 9110 §10.1.1)'
  return head.expects ? undefined : { status: '417 Expectation Failed', reason }
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
