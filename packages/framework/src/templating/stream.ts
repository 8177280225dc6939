/** Renders a page in chunks, on demand. */
import { setImmediate } from 'node:timers/promises'
import { CHUNK_SIZE, type Page } from './page.ts'
import { Deferred } from './template.ts'
import type { Step, Steps } from './template.ts'

/**
 * Renders a page within its layout. The template runs only while a chunk is requested, so a slow consumer applies
 * back-pressure to it. A chunk is yielded when it is full, and when the template waits for a promise.
 */
export async function* streamPage(page: Page): AsyncGenerator<string, void> {
  const run = new Run(page)
  try {
    if (page.template.facts.callsLayout) await run.bufferUntil(() => page.layoutName !== undefined)
    if (page.layoutName === undefined) yield* run.chunks()
    else yield* streamLayout(run)
  } finally {
    await run.end()
  }
}

/** Renders the layout. It starts once the page has defined all blocks that the layout may use. */
async function* streamLayout(run: Run): AsyncGenerator<string, void> {
  const { page } = run
  const { escapes, facts } = page.template
  const passes = escapes && passesBody(page)
  await run.bufferUntil(() => passes && facts.blocks?.every((name) => page.hasBlock(name)) === true)
  const body = run.isDone ? page.result(page.text) : new Deferred(() => run.chunks())
  yield* streamPage(page.layoutPage(body))
}

/** Reports whether the layout prints `it.body` at a place where a stream can wait for it. */
function passesBody(page: Page): boolean {
  const { template } = page.layoutPage(undefined)
  template.prepare(true)
  return template.escapes && template.facts.passesBody
}

const IDLE = Symbol('idle')

/** Runs a template step by step. */
class Run {
  readonly page: Page
  isDone = false
  readonly #steps: Steps
  /** The step in progress. */
  #step: ReturnType<Steps['next']> | undefined
  /** Resolves after one turn of the event loop. */
  #idle: Promise<typeof IDLE> | undefined

  constructor(page: Page) {
    this.page = page
    this.#steps = page.steps()
  }

  /** Runs the template and buffers its output, until a condition is met or the template ends. */
  async bufferUntil(isMet: () => boolean): Promise<void> {
    this.page.isWatched = true
    while (!this.isDone && !isMet()) {
      const step = await this.#next()
      if (step instanceof Deferred) await this.#buffer(step)
    }
    this.page.isWatched = false
  }

  async #buffer(deferred: Deferred): Promise<void> {
    for await (const text of deferred.chunks()) this.page.put(text)
  }

  /** Runs the template to its end and yields its output. */
  async *chunks(): AsyncGenerator<string, void> {
    while (!this.isDone) {
      const step = await this.#nextOrIdle()
      const isDue = step === IDLE || step instanceof Deferred || this.page.text.length >= CHUNK_SIZE
      if (isDue && this.page.text !== '') yield this.#flush()
      if (step instanceof Deferred) yield* step.chunks()
    }
    if (this.page.text !== '') yield this.#flush()
  }

  /** Stops the template where it is, so that its `finally` blocks run. */
  async end(): Promise<void> {
    await this.#steps.return()
  }

  async #next(): Promise<Step> {
    const result = await (this.#step ??= this.#steps.next())
    return this.#finish(result)
  }

  /** Resolves to the next step, or to `IDLE` if the template waits for a promise and there is unsent output. */
  async #nextOrIdle(): Promise<Step | typeof IDLE> {
    const step = (this.#step ??= this.#steps.next())
    for (;;) {
      this.#idle ??= setImmediate(IDLE)
      const result = await Promise.race([step, this.#idle])
      if (result !== IDLE) return this.#finish(result)
      if (this.page.text !== '') return IDLE
      await Promise.race([step, this.#text()])
      this.page.onText = undefined
      this.#idle = undefined
    }
  }

  /** Resolves at the next write. */
  #text(): Promise<void> {
    return new Promise((resolve) => (this.page.onText = resolve))
  }

  #finish(result: IteratorResult<Step, void>): Step {
    this.#step = undefined
    this.isDone = result.done === true
    return result.value ?? undefined
  }

  #flush(): string {
    const { text } = this.page
    this.page.text = ''
    this.#idle = undefined
    return text
  }
}
