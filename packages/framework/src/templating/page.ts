/** One rendering of a template. The compiled code calls the methods of `Page`. */
import { withCode } from '@phial/core'
import { HTTPException } from '../errors/http-errors.ts'
import { isPromise } from '../helpers/promises.ts'
import { lineOf, TemplateError, withHint } from './errors.ts'
import { assertNoPromise, escaped, Markup, plain } from '../helpers/printing.ts'
import { Deferred, type Steps, type Template } from './template.ts'

/** The minimum size of a chunk of a stream, in characters. Chunks before a pause may be smaller. */
export const CHUNK_SIZE = 4096

/** The templates of an app, as pages use them. */
export interface Library {
  /** The names available in every template. */
  readonly names: Readonly<Record<string, unknown>>
  /** Finds a template by the name that the template `from` uses for it. */
  find(name: string | readonly string[], from: string | undefined): Template
  /** Called before a template runs, with its data. */
  begin(template: Template, it: object): void
  /** Called in debug mode with the index of a tag that printed `undefined`. */
  note(template: Template, index: number): void
}

/** A function that writes the content of a block. `parent` returns the content that this one overrides. */
type BlockContent = (parent: () => string | Markup) => unknown

/** A block, and the page that defines it. */
interface Block {
  readonly page: Page
  readonly content: BlockContent
}

/** Blocks by name, the innermost page's first. */
type Blocks = ReadonlyMap<string, readonly Block[]>

/** Renders a page in chunks. */
export type Stream = (page: Page) => AsyncIterable<string>

/** The state that an included template or a layout inherits from the page that uses it. */
export interface Inherited {
  /** The blocks that pages have defined for this layout, or for the layout that includes this template. */
  readonly blocks: Blocks
  /** Renders the streamed parts; `undefined` if everything is rendered synchronously. */
  readonly stream: Stream | undefined
  /** The nesting depth. */
  readonly depth: number
}

const NO_BLOCKS: Blocks = new Map()
const TOP_LEVEL: Inherited = { blocks: NO_BLOCKS, stream: undefined, depth: 0 }

/** Returns the inherited state for the first page of a stream. */
export function topLevelOf(stream: Stream): Inherited {
  return { ...TOP_LEVEL, stream }
}

const MAX_DEPTH = 300
const TOO_DEEP = `Templates are nested more than ${MAX_DEPTH} levels deep. Check whether a template includes itself or is its own layout.`

/** One rendering of a template: its output so far, its layout, and the blocks that it has defined. */
export class Page {
  readonly template: Template
  readonly library: Library
  readonly it: object
  /** The output that has not been sent yet. */
  text: string
  /** Whether the stream checks after each write if a condition is met, such as a call of `layout`. */
  isWatched: boolean
  /** Called after each write while a stream waits for output. */
  onText: (() => void) | undefined
  /** The index of the piece of the template that ran last. The compiled code updates it. */
  at: number
  /** The name of the layout, once the template has called `layout`. */
  layoutName: string | undefined
  readonly #stream: Stream | undefined
  readonly #inheritedBlocks: Blocks
  readonly #depth: number
  #ownBlocks: Map<string, Block> | undefined
  #layoutData: object | undefined
  #layoutAt: number
  /** The number of blocks and captures in progress. */
  #captures: number
  #isStepwise: boolean

  constructor(
    library: Library,
    template: Template,
    it: object,
    { blocks, stream, depth }: Inherited = TOP_LEVEL,
  ) {
    if (depth > MAX_DEPTH) throw withCode('ERR_PHIAL_TEMPLATE_DEPTH', new RangeError(TOO_DEEP))
    this.library = library
    this.template = template
    this.it = it
    this.text = ''
    this.isWatched = false
    this.onText = undefined
    this.at = 0
    this.layoutName = undefined
    this.#stream = stream
    this.#inheritedBlocks = blocks
    this.#depth = depth
    this.#ownBlocks = undefined
    this.#layoutData = undefined
    this.#layoutAt = 0
    this.#captures = 0
    this.#isStepwise = false
  }

  /** Renders the template synchronously, within its layout if it has one. */
  render(): string {
    this.library.begin(this.template, this.it)
    this.template.run(this, this.it)
    return this.layoutName === undefined
      ? this.text
      : this.layoutPage(this.result(this.text)).render()
  }

  /** Renders the template step by step, without its layout. */
  steps(): Steps {
    this.#isStepwise = true
    this.library.begin(this.template, this.it)
    return this.template.steps(this, this.it)
  }

  get names(): object {
    return this.library.names
  }

  /** Returns the functions that the code of the template can call. */
  helpers(it: object): Record<string, unknown> {
    return {
      include: (name: string, data?: object) => this.include(it, name, data),
      layout: (name: string, data?: object) => this.layout(name, data),
      block: (name: string, content?: BlockContent) => this.block(name, content),
      output: (text: unknown) => this.output(text),
      capture: (content: BlockContent) => this.capture(content),
    }
  }

  /**
   * Writes text. Returns whether the template should pause, because a chunk is full or the stream waits for a
   * condition.
   */
  put(text: string): boolean {
    this.text += text
    this.onText?.()
    return this.isWatched || this.text.length >= CHUNK_SIZE
  }

  /**
   * Returns an object that prints what is assigned to its `value`. The compiled code uses it for a printing tag whose
   * expression ends in a later tag, because the closing parenthesis of a call cannot be inserted there.
   */
  open(at: number, print: (value: unknown) => string): OpenPrint {
    return new OpenPrint((value) => {
      this.at = at
      this.put(print(value))
    })
  }

  /** Writes a value, or returns it to the stream if it is deferred. */
  printOrDefer(value: unknown): Deferred | undefined {
    if (value instanceof Deferred) return value
    this.put(this.template.escapes ? escaped(value) : plain(value))
    return undefined
  }

  /**
   * Reports a printed value that is `undefined`. `at` is the index of the tag, because its code may have changed
   * `this.at`.
   */
  inspect<T>(at: number, value: T): T {
    this.at = at
    if (value === undefined) this.library.note(this.template, this.at)
    return value
  }

  /** Does the same for a tag that concatenates text. Throws `TypeError` if a part of it was a promise. */
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

  /** Includes a template in a stream. A template that awaits is deferred. */
  includeDeferred(
    it: object,
    name: string | readonly string[],
    data?: object,
  ): string | Markup | Deferred {
    const page = this.#included(it, name, data)
    const stream = this.#stream
    if (stream === undefined || !page.template.facts.awaits) return page.result(page.render())
    return new Deferred(() => stream(page))
  }

  #included(it: object, name: string | readonly string[], data: object | undefined): Page {
    const template = this.library.find(name, this.template.name)
    return new Page(
      this.library,
      template,
      { ...it, ...data },
      this.#inherited(this.#inheritedBlocks),
    )
  }

  #inherited(blocks: Blocks): Inherited {
    return { blocks, stream: this.#stream, depth: this.#depth + 1 }
  }

  layout(name: string, data?: object): void {
    this.layoutName = name
    this.#layoutData = data
    this.#layoutAt = this.at
  }

  /** Returns a page for the layout, with `body` as its `it.body`. */
  layoutPage(body: unknown): Page {
    try {
      const template = this.library.find(this.layoutName ?? '', this.template.name)
      const it = { ...this.it, ...this.#layoutData, body }
      return new Page(this.library, template, it, this.#inherited(this.#blocks()))
    } catch (error) {
      this.at = this.#layoutAt
      throw this.fail(error)
    }
  }

  /** Returns the blocks for the layout: the inherited ones, each followed by this page's own block of the same name. */
  #blocks(): Blocks {
    if (this.#ownBlocks === undefined) return this.#inheritedBlocks
    const blocks = new Map(this.#inheritedBlocks)
    for (const [name, block] of this.#ownBlocks)
      blocks.set(name, [...(blocks.get(name) ?? []), block])
    return blocks
  }

  /** Reports whether this page has defined a block for its layout. */
  hasBlock(name: string): boolean {
    return this.#ownBlocks?.has(name) === true
  }

  /**
   * Defines a block for the layout, if the page has called `layout`. Otherwise, returns the content of the block, or
   * its default.
   */
  block(name: string, content?: BlockContent): string | Markup {
    if (content !== undefined && this.layoutName !== undefined && this.#captures === 0) {
      this.#ownBlocks ??= new Map()
      this.#ownBlocks.set(name, { page: this, content })
      return ''
    }
    return this.#fill(this.#inheritedBlocks.get(name) ?? [], 0, content)
  }

  #fill(blocks: readonly Block[], index: number, own: BlockContent | undefined): string | Markup {
    const block = blocks[index]
    if (block === undefined) return own === undefined ? '' : this.capture(own)
    return block.page.capture(block.content, () => this.#fill(blocks, index + 1, own))
  }

  /** Returns the output of a function instead of writing it. */
  capture(content: BlockContent, parent: () => string | Markup = nothing): string | Markup {
    const before = this.text
    this.text = ''
    this.#captures += 1
    try {
      if (isPromise(content(parent)))
        throw withCode('ERR_PHIAL_TEMPLATE_BLOCK_ASYNC', new TypeError(NOT_ASYNC))
      return this.result(this.text)
    } catch (error) {
      throw this.fail(error)
    } finally {
      this.text = before
      this.#captures -= 1
    }
  }

  /** Returns output of this template for use in another one: as HTML, unless this template does not escape. */
  result(text: string): string | Markup {
    return this.template.escapes && text !== '' ? new Markup(text) : text
  }

  /** Wraps an error in a `TemplateError` with file and line. Returns a `TemplateError` or `HTTPException` unchanged. */
  fail(error: unknown): unknown {
    if (error instanceof TemplateError || error instanceof HTTPException) return error
    const { template, names } = this
    const it: object = Object(this.it)
    const line = template.lineOf(error, this.at, this.#isStepwise)
    const code = template.tagAt(this.at)?.code ?? ''
    const cause = withHint(error, { code, line: lineOf(template.source, line), it, names })
    return withCode(
      'ERR_PHIAL_TEMPLATE_FAILED',
      new TemplateError(template.file, line, template.source, cause),
    )
  }
}

/** The target of an assignment that prints its value. */
class OpenPrint {
  readonly #write: (value: unknown) => void

  constructor(write: (value: unknown) => void) {
    this.#write = write
  }

  set value(value: unknown) {
    this.#write(value)
  }
}

const NOT_ASYNC =
  'The function passed to block or capture is async, but block and capture do not await it. Await the value first, and print the result in a synchronous function.'

function nothing(): string {
  return ''
}
