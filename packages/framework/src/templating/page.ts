/** One template at work. Its compiled code calls the methods here. */
import { withCode } from '@phial/core'
import { HTTPException } from '../errors/http-errors.ts'
import { isPromise } from '../maybe.ts'
import { TemplateError } from './errors.ts'
import { escaped, Markup, plain } from './printing.ts'
import type { Template } from './template.ts'

/** How many characters make a chunk of a stream. */
export const ENOUGH = 4096

/** What pages need of the app's templates. */
export interface Library {
  /** What templates have at hand. */
  readonly atHand: Readonly<Record<string, unknown>>
  /** Finds a template by a name that another one says. */
  find(name: string | readonly string[], from: string | undefined): Template
  /** Told of what was printed and is undefined. */
  note(template: Template, index: number): void
}

/** A block's content: what it writes. `parent` gives what would be there without it. */
type BlockContent = (parent: () => string | Markup) => unknown

/** A block that a page gives, and the page it is of. */
interface Block {
  readonly page: Page
  readonly content: BlockContent
}

/** Blocks by their names, the innermost page's first. */
type Blocks = ReadonlyMap<string, readonly Block[]>

/** A part of a page that comes later, in chunks. Only a stream can wait for it. */
export class Deferred {
  readonly chunks: () => AsyncIterable<string>

  constructor(chunks: () => AsyncIterable<string>) {
    this.chunks = chunks
  }

  toString(): never {
    throw withCode(
      'ERR_PHIAL_TEMPLATE_BODY',
      new TypeError(
        'it.body is being streamed here, so it can only be printed by the layout that it was made for. Print it there, or render the page with renderTemplate.',
      ),
    )
  }
}

/** How the streamed parts of a page are made; `undefined` where all is rendered at once. */
export type Stream = (page: Page) => AsyncIterable<string>

/** What a page is made within. */
export interface Around {
  /** The blocks of the pages that it is a layout of, or is included by a layout of. */
  readonly blocks: Blocks
  readonly stream: Stream | undefined
  /** How many templates it is in, or around. */
  readonly depth: number
}

const NONE: Blocks = new Map()
const ALONE: Around = { blocks: NONE, stream: undefined, depth: 0 }

/** A page that is the start of a stream. */
export function streamedWith(stream: Stream): Around {
  return { blocks: NONE, stream, depth: 0 }
}

const DEEPEST = 300
const TOO_DEEP = `More than ${DEEPEST} templates are one within another. Does one of them include itself, or is it its own layout?`

/** One run of a template: what it has written, and what it has asked for. */
export class Page {
  readonly template: Template
  readonly library: Library
  readonly it: object
  /** What was written and is not sent yet. */
  text: string
  /** Whether someone waits for something other than text. */
  isWatched: boolean
  /** Told when something is written, while someone waits for that. */
  onText: (() => void) | undefined
  /** Which piece of the template is at work. */
  at: number
  /** The name of its layout, once it asked for one. */
  layoutName: string | undefined
  readonly #stream: Stream | undefined
  readonly #given: Blocks
  readonly #depth: number
  #own: Map<string, Block> | undefined
  #layoutData: object | undefined
  #layoutAt: number
  /** How many blocks and captures are being written. */
  #inside: number

  constructor(
    library: Library,
    template: Template,
    it: object,
    { blocks, stream, depth }: Around = ALONE,
  ) {
    if (depth > DEEPEST) throw withCode('ERR_PHIAL_TEMPLATE_DEPTH', new RangeError(TOO_DEEP))
    this.library = library
    this.template = template
    this.it = it
    this.text = ''
    this.isWatched = false
    this.onText = undefined
    this.at = 0
    this.layoutName = undefined
    this.#stream = stream
    this.#given = blocks
    this.#depth = depth
    this.#own = undefined
    this.#layoutData = undefined
    this.#layoutAt = 0
    this.#inside = 0
  }

  /** The whole of it, its layout around it. */
  render(): string {
    this.template.run(this, this.it)
    return this.layoutName === undefined
      ? this.text
      : this.layoutPage(this.result(this.text)).render()
  }

  get atHand(): object {
    return this.library.atHand
  }

  /** Writes. Answers whether it is time to look what else is to be done. */
  put(text: string): boolean {
    this.text += text
    this.onText?.()
    return this.isWatched || this.text.length >= ENOUGH
  }

  escaped(value: unknown): string {
    return escaped(value)
  }

  plain(value: unknown): string {
    return plain(value)
  }

  /** Writes a value whose end was not in sight. */
  set escapedLater(value: unknown) {
    this.put(escaped(value))
  }

  set plainLater(value: unknown) {
    this.put(plain(value))
  }

  /** Writes a value, or hands it on if it comes later. */
  give(value: unknown): Deferred | undefined {
    if (value instanceof Deferred) return value
    this.put(this.template.escapes ? escaped(this.see(value)) : plain(this.see(value)))
    return undefined
  }

  /** Notes a value that is not there. */
  see<T>(value: T): T {
    if (value === undefined) this.library.note(this.template, this.at)
    return value
  }

  output(text: unknown): void {
    this.put(plain(text))
  }

  include(it: object, name: string | readonly string[], data?: object): string | Markup {
    const page = this.#included(it, name, data)
    return page.result(page.render())
  }

  /** As `include`; one that awaits comes later. */
  later(it: object, name: string | readonly string[], data?: object): string | Markup | Deferred {
    const page = this.#included(it, name, data)
    const stream = this.#stream
    if (stream === undefined || !page.template.awaits) return page.result(page.render())
    return new Deferred(() => stream(page))
  }

  #included(it: object, name: string | readonly string[], data: object | undefined): Page {
    const template = this.library.find(name, this.template.name)
    return new Page(this.library, template, { ...it, ...data }, this.#around(this.#given))
  }

  #around(blocks: Blocks): Around {
    return { blocks, stream: this.#stream, depth: this.#depth + 1 }
  }

  layout(name: string, data?: object): void {
    this.layoutName = name
    this.#layoutData = data
    this.#layoutAt = this.at
  }

  /** Its layout, with the page as its body. */
  layoutPage(body: unknown): Page {
    try {
      const template = this.library.find(this.layoutName ?? '', this.template.name)
      const it = { ...this.it, ...this.#layoutData, body }
      return new Page(this.library, template, it, this.#around(this.#blocks()))
    } catch (error) {
      this.at = this.#layoutAt
      throw this.fail(error)
    }
  }

  /** The blocks that its layout gets: those that it was given, and its own around them. */
  #blocks(): Blocks {
    if (this.#own === undefined) return this.#given
    const blocks = new Map(this.#given)
    for (const [name, block] of this.#own) blocks.set(name, [...(blocks.get(name) ?? []), block])
    return blocks
  }

  /** Whether it has given a block of this name to its layout. */
  hasBlock(name: string): boolean {
    return this.#own?.has(name) === true
  }

  /** In a page that has a layout, gives it a block; elsewhere, the place where a block goes. */
  block(name: string, content?: BlockContent): string | Markup {
    if (content !== undefined && this.layoutName !== undefined && this.#inside === 0) {
      this.#own ??= new Map()
      this.#own.set(name, { page: this, content })
      return ''
    }
    return this.#fill(this.#given.get(name) ?? [], 0, content)
  }

  #fill(blocks: readonly Block[], index: number, own: BlockContent | undefined): string | Markup {
    const block = blocks[index]
    if (block === undefined) return own === undefined ? '' : this.capture(own)
    return block.page.capture(block.content, () => this.#fill(blocks, index + 1, own))
  }

  /** What a function writes, instead of writing it. */
  capture(content: BlockContent, parent: () => string | Markup = nothing): string | Markup {
    const before = this.text
    this.text = ''
    this.#inside += 1
    try {
      if (isPromise(content(parent)))
        throw withCode('ERR_PHIAL_TEMPLATE_BLOCK_ASYNC', new TypeError(NOT_ASYNC))
      return this.result(this.text)
    } catch (error) {
      throw this.fail(error)
    } finally {
      this.text = before
      this.#inside -= 1
    }
  }

  /** What the template made, as other templates print it: HTML, unless nothing in it was escaped. */
  result(text: string): string | Markup {
    return this.template.escapes && text !== '' ? new Markup(text) : text
  }

  /** The error to raise for one in the template's code. */
  fail(error: unknown): unknown {
    if (error instanceof TemplateError || error instanceof HTTPException) return error
    const { file, source } = this.template
    return withCode(
      'ERR_PHIAL_TEMPLATE_FAILED',
      new TemplateError(file, this.#lineOf(error), source, error),
    )
  }

  /** Within a tag of several lines, the stack says which. */
  #lineOf(error: unknown): number | undefined {
    const { pieces, file } = this.template
    const piece = pieces[this.at]
    if (piece === undefined || piece.line === piece.lastLine) return piece?.line
    const [, rest = ''] = error instanceof Error ? (error.stack ?? '').split(`${file}:`, 2) : []
    const line = Number.parseInt(rest, 10)
    return line >= piece.line && line <= piece.lastLine ? line : piece.line
  }
}

const NOT_ASYNC =
  'The function of a block or a capture is async, and nothing waits for it. Await before it, and print in it what came.'

function nothing(): string {
  return ''
}
