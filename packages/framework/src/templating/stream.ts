/** Renders a page in chunks, as its reader asks for them. */
import { setImmediate } from 'node:timers/promises'
import { ENOUGH, type Page } from './page.ts'
import { Deferred } from './template.ts'
import type { Step, Steps } from './template.ts'

/**
 * Renders a page, its layout around it. Nothing runs before a chunk is asked for, so a slow reader slows the
 * template down. A chunk is yielded when it is long enough, and when the template waits for something.
 */
export async function* streamPage(page: Page): AsyncGenerator<string, void> {
  const run = new Run(page)
  try {
    if (page.template.facts.callsLayout) await run.hold(() => page.layoutName !== undefined)
    if (page.layoutName === undefined) yield* run.chunks()
    else yield* streamLayout(run)
  } finally {
    await run.end()
  }
}

/** Renders the layout. It starts once the page has defined all that the layout may ask for. */
async function* streamLayout(run: Run): AsyncGenerator<string, void> {
  const { page } = run
  const { escapes, facts } = page.template
  const passes = escapes && passesBody(page)
  await run.hold(() => passes && facts.blocks?.every((name) => page.hasBlock(name)) === true)
  const body = run.isDone ? page.result(page.text) : new Deferred(() => run.chunks())
  yield* streamPage(page.layoutPage(body))
}

/** Whether the layout prints the page where a stream can wait for it. */
function passesBody(page: Page): boolean {
  const { template } = page.layoutPage(undefined)
  template.prepare(true)
  return template.escapes && template.facts.passesBody
}

const IDLE = Symbol('idle')

/** A template that runs step by step. */
class Run {
  readonly page: Page
  isDone = false
  readonly #steps: Steps
  /** The step in progress. */
  #step: ReturnType<Steps['next']> | undefined
  /** Resolves once the event loop has run everything that was ready. */
  #idle: Promise<typeof IDLE> | undefined

  constructor(page: Page) {
    this.page = page
    this.#steps = page.steps()
  }

  /** Continues, and keeps what is written, until it is enough or the template ends. */
  async hold(isEnough: () => boolean): Promise<void> {
    this.page.isWatched = true
    while (!this.isDone && !isEnough()) {
      const step = await this.#next()
      if (step instanceof Deferred) await this.#keep(step)
    }
    this.page.isWatched = false
  }

  async #keep(later: Deferred): Promise<void> {
    for await (const text of later.chunks()) this.page.put(text)
  }

  /** Continues to the end. */
  async *chunks(): AsyncGenerator<string, void> {
    while (!this.isDone) {
      const step = await this.#nextOrIdle()
      const isDue = step === IDLE || step instanceof Deferred || this.page.text.length >= ENOUGH
      if (isDue && this.page.text !== '') yield this.#take()
      if (step instanceof Deferred) yield* step.chunks()
    }
    if (this.page.text !== '') yield this.#take()
  }

  /** Ends the template where it is, so that it releases what it holds. */
  async end(): Promise<void> {
    await this.#steps.return()
  }

  async #next(): Promise<Step> {
    const result = await (this.#step ??= this.#steps.next())
    return this.#finish(result)
  }

  /** Resolves to the next step, or to `IDLE` when the template waits and has written something before. */
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

  /** Resolves when something is written. */
  #text(): Promise<void> {
    return new Promise((resolve) => (this.page.onText = resolve))
  }

  #finish(result: IteratorResult<Step, void>): Step {
    this.#step = undefined
    this.isDone = result.done === true
    return result.value ?? undefined
  }

  #take(): string {
    const { text } = this.page
    this.page.text = ''
    this.#idle = undefined
    return text
  }
}
