/** The templates of an app. */
import { withCode } from '@phial/core'
import type { Phial } from '../app.ts'
import { currentApp } from '../context.ts'
import { HELPERS } from './code.ts'
import { FROM_STRING } from './errors.ts'
import { absoluteName, findTemplate, type Found, notFound } from './loader.ts'
import { type Library, Page, streamedWith } from './page.ts'
import { streamPage } from './stream.ts'
import { announced, announcedStream, dataFor, standardNames } from './surroundings.ts'
import { Template } from './template.ts'

/** A template's name, or several, of which the first that exists is taken. */
export type TemplateName = string | readonly string[]

/**
 * Renders a template to a string: `renderTemplate('index', { user })` takes `templates/index.eta`.
 * Of a list of names it takes the first that exists.
 *
 * Raises `TemplateNotFound` if there is none, and `TemplateError` if it fails, with its file and line.
 *
 * ```ts
 * app.get('/', () => renderTemplate('index', { user }))
 * ```
 */
export function renderTemplate(name: TemplateName, data: object = {}): string {
  return currentApp.templates.render(name, data)
}

/**
 * Renders a template that is given as text, with everything that a template in a file has. It is
 * escaped.
 *
 * ```ts
 * renderTemplateString('Hello <%= it.name %>', { name: '<b>' }) // 'Hello &lt;b&gt;'
 * ```
 */
export function renderTemplateString(source: string, data: object = {}): string {
  return currentApp.templates.renderString(source, data)
}

/**
 * Renders a template in chunks, while the client reads them. It may wait for what it is given:
 * `<% for await (const row of it.rows) { %>`. There is no `Content-Length`.
 *
 * Raises `TemplateNotFound` if there is none, and `TemplateError` if its code is none. What goes wrong
 * later breaks the answer off, as its status is sent already.
 *
 * ```ts
 * app.get('/report', () => streamTemplate('report', { rows: database.stream('…') }))
 * ```
 */
export function streamTemplate(name: TemplateName, data: object = {}): AsyncIterable<string> {
  return currentApp.templates.stream(name, data)
}

/** The templates of an app. Nothing is read before the first one is rendered. */
export class Templates implements Library {
  readonly atHand: Record<string, unknown>
  readonly #app: Phial
  /** By the names that they are asked for. */
  readonly #kept = new Map<string, Template>()
  /** What was noted already. */
  readonly #noted = new Set<string>()

  constructor(app: Phial) {
    this.#app = app
    this.atHand = standardNames(app)
  }

  /** Puts something at hand in every template. Raises `TypeError` for what can be no name there. */
  define(name: string, value: unknown): void {
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || TAKEN.has(name)) {
      throw withCode(
        'ERR_PHIAL_TEMPLATE_NAME',
        new TypeError(
          `${JSON.stringify(name)} can be no name in a template: ${TAKEN.has(name) ? 'it has a meaning there already' : 'it is none in JavaScript'}. Choose another one.`,
        ),
      )
    }
    this.atHand[name] = value
    this.#kept.clear()
  }

  render(name: TemplateName, data: object): string {
    return this.#render(this.find(name, undefined), data)
  }

  renderString(source: string, data: object): string {
    return this.#render(this.#make({ name: undefined, file: FROM_STRING, source }), data)
  }

  #render(template: Template, given: object): string {
    const data = dataFor(this.#app, given)
    return announced(this.#app, template.name, data, () => new Page(this, template, data).render())
  }

  stream(name: TemplateName, given: object): AsyncIterable<string> {
    const template = this.find(name, undefined)
    template.prepareSteps()
    const data = dataFor(this.#app, given)
    const page = new Page(this, template, data, streamedWith(streamPage))
    return announcedStream(this.#app, template.name, data, streamPage(page))
  }

  /** The first template of these names that there is. `from` is the name of the one that asks. */
  find(names: TemplateName, from: string | undefined): Template {
    const all = typeof names === 'string' ? [names] : names
    for (const name of all) {
      const template = this.#get(absoluteName(name, from ?? ''))
      if (template !== undefined) return template
    }
    throw notFound(all, this.#app.templateFolders)
  }

  #get(name: string): Template | undefined {
    const { config } = this.#app
    const kept = this.#kept.get(name)
    if (kept !== undefined && !(config.TEMPLATES_AUTO_RELOAD ?? config.DEBUG)) return kept
    const found = this.search(name)
    if (found === undefined) return undefined
    if (kept?.file === found.file && kept.source === found.source) return kept
    const made = this.#make(found)
    this.#kept.set(name, made)
    return made
  }

  /** Finds a template's file by its name, seen from the folders, and reads it. */
  search(name: string): Found | undefined {
    const { templateFolders: folders, config } = this.#app
    const explain = config.EXPLAIN_TEMPLATE_LOADING
      ? (text: string) => this.#app.logger.info(text)
      : undefined
    return findTemplate(name, { folders, explain })
  }

  #make({ name, file, source }: Omit<Found, 'name'> & { name: string | undefined }): Template {
    const atHand = Object.keys(this.atHand)
    return new Template({ name, file, source, atHand, notes: this.#app.config.DEBUG })
  }

  /** Says once of each tag that what it printed was undefined. */
  note({ file, pieces }: Template, index: number): void {
    if (!this.#app.config.DEBUG) return
    const piece = pieces[index]
    const text = `${file}:${piece?.line ?? 0}: ${piece?.code ?? ''} is undefined, and printed nothing.`
    if (this.#noted.has(text)) return
    this.#noted.add(text)
    this.#app.logger.warning(text)
  }
}

const TAKEN: ReadonlySet<string> = new Set([...HELPERS, 'it', '__eta'])
