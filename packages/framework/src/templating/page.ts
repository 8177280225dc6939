/** One run of a template. Its compiled code calls the methods here. */
import { withCode } from '@phial/core'
import { HTTPException } from '../errors/http-errors.ts'
import { isPromise } from '../helpers/promises.ts'
import { advised, lineOf, TemplateError } from './errors.ts'
import { assertNoPromise, escaped, Markup, plain } from '../helpers/printing.ts'
import { Deferred, type Steps, type Template } from './template.ts'

/** How many characters make a chunk of a stream. */
export const ENOUGH = 4096

/** What pages need of the app's templates. */
export interface Library {
  /** What every template can use by name. */
  readonly names: Readonly<Record<string, unknown>>
  /** Finds a template by the name that another one, `from`, uses for it. */
  find(name: string | readonly string[], from: string | undefined): Template
  /** Called when a template starts, with its data. */
  begin(template: Template, it: object): void
  /** Called in debug with the tag that printed `undefined`. */
  note(template: Template, index: number): void
}

/** A block's content: a function that writes it. `parent` returns what would be there without it. */
type BlockContent = (parent: () => string | Markup) => unknown

/** A block that a page defines, and that page. */
interface Block {
  readonly page: Page
  readonly content: BlockContent
}

/** Blocks by name, the innermost page's first. */
type Blocks = ReadonlyMap<string, readonly Block[]>

/** Renders a page in chunks. */
export type Stream = (page: Page) => AsyncIterable<string>

/** What surrounds a page. */
export interface Around {
  /** The blocks of the pages that it is a layout of, or that a layout includes it for. */
  readonly blocks: Blocks
  /** Renders its streamed parts; `undefined` where everything is rendered at once. */
  readonly stream: Stream | undefined
  /** The number of templates around it and within it. */
  readonly depth: number
}

const NONE: Blocks = new Map()
const ALONE: Around = { blocks: NONE, stream: undefined, depth: 0 }

/** The surroundings of a page that starts a stream. */
export function streamedWith(stream: Stream): Around {
  return { blocks: NONE, stream, depth: 0 }
}

const DEEPEST = 300
const TOO_DEEP = `Templates are nested more than ${DEEPEST} levels deep. Check whether a template includes itself or is its own layout.`

/** One run of a template: what it has written, and what it has asked for. */
export class Page {
  readonly template: Template
  readonly library: Library
  readonly it: object
  /** What was written and is not sent yet. */
  text: string
  /** Whether a stream waits for something other than text. */
  isWatched: boolean
  /** Called when something is written, while a stream waits for that. */
  onText: (() => void) | undefined
  /** The piece of the template that was last reached, where its code does not say it otherwise. */
  at: number
  /** The name of its layout, once it has asked for one. */
  layoutName: string | undefined
  readonly #stream: Stream | undefined
  readonly #given: Blocks
  readonly #depth: number
  #own: Map<string, Block> | undefined
  #layoutData: object | undefined
  #layoutAt: number
  /** The number of blocks and captures that are being written. */
  #inside: number
  #isStepwise: boolean

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
    this.#isStepwise = false
  }

  /** Renders it at once, its layout around it. */
  render(): string {
    this.library.begin(this.template, this.it)
    this.template.run(this, this.it)
    return this.layoutName === undefined
      ? this.text
      : this.layoutPage(this.result(this.text)).render()
  }

  /** Renders it step by step, without its layout. */
  steps(): Steps {
    this.#isStepwise = true
    this.library.begin(this.template, this.it)
    return this.template.steps(this, this.it)
  }

  get names(): object {
    return this.library.names
  }

  /** The functions that its code can call. */
  helpers(it: object): Record<string, unknown> {
    return {
      include: (name: string, data?: object) => this.include(it, name, data),
      layout: (name: string, data?: object) => this.layout(name, data),
      block: (name: string, content?: BlockContent) => this.block(name, content),
      output: (text: unknown) => this.output(text),
      capture: (content: BlockContent) => this.capture(content),
    }
  }

  /** Writes text. Returns whether the template should pause, because enough is written or a stream waits. */
  put(text: string): boolean {
    this.text += text
    this.onText?.()
    return this.isWatched || this.text.length >= ENOUGH
  }

  /** Takes the value of a tag that leaves a bracket open, so that its end is in a later tag. */
  open(at: number, print: (value: unknown) => string): Opened {
    return new Opened((value) => {
      this.at = at
      this.put(print(value))
    })
  }

  /** Writes a value, or hands it to the stream if it comes later. */
  give(value: unknown): Deferred | undefined {
    if (value instanceof Deferred) return value
    this.put(this.template.escapes ? escaped(value) : plain(value))
    return undefined
  }

  /** Notes a printed value that is undefined. `at` is the tag, as its code may have reached others. */
  inspect<T>(at: number, value: T): T {
    this.at = at
    if (value === undefined) this.library.note(this.template, this.at)
    return value
  }

  /** The same for a tag that joins texts. Throws `TypeError` if one of them was a promise. */
  inspectText<T>(at: number, value: T): T {
    this.at = at
    assertNoPromise(value)
    return this.inspect(at, value)
  }

  output(text: unknown): void {
    this.put(plain(text))
  }

  include(it: object, name: string | readonly string[], data?: object): string | Markup {
    const page = this.#included(it, name, data)
    return page.result(page.render())
  }

  /** The same in a stream: a template that awaits comes later. */
  later(it: object, name: string | readonly string[], data?: object): string | Markup | Deferred {
    const page = this.#included(it, name, data)
    const stream = this.#stream
    if (stream === undefined || !page.template.facts.awaits) return page.result(page.render())
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

  /** Returns its layout, with the page as its body. */
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

  /** The blocks for its layout: those that it was given, and its own around them. */
  #blocks(): Blocks {
    if (this.#own === undefined) return this.#given
    const blocks = new Map(this.#given)
    for (const [name, block] of this.#own) blocks.set(name, [...(blocks.get(name) ?? []), block])
    return blocks
  }

  /** Whether it has defined a block of this name for its layout. */
  hasBlock(name: string): boolean {
    return this.#own?.has(name) === true
  }

  /** Defines a block in a page that has a layout. Elsewhere, returns the block's content or its default. */
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

  /** Returns what a function writes, instead of writing it. */
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

  /** Returns text of the template as other templates print it: as HTML, unless this one does not escape. */
  result(text: string): string | Markup {
    return this.template.escapes && text !== '' ? new Markup(text) : text
  }

  /** Returns the error to throw for one in the template's code. */
  fail(error: unknown): unknown {
    if (error instanceof TemplateError || error instanceof HTTPException) return error
    const { template, names } = this
    const it: object = Object(this.it)
    const line = template.lineOf(error, this.at, this.#isStepwise)
    const code = template.tagAt(this.at)?.code ?? ''
    const cause = advised(error, { code, line: lineOf(template.source, line), it, names })
    return withCode(
      'ERR_PHIAL_TEMPLATE_FAILED',
      new TemplateError(template.file, line, template.source, cause),
    )
  }
}

/** The value of a tag whose end is in a later tag. */
class Opened {
  readonly #write: (value: unknown) => void

  constructor(write: (value: unknown) => void) {
    this.#write = write
  }

  set value(value: unknown) {
    this.#write(value)
  }
}

const NOT_ASYNC =
  'The function passed to block or capture is async, but it is not awaited. Await the value first, and print the result in a synchronous function.'

function nothing(): string {
  return ''
}
