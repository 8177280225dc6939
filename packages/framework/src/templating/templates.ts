/** Renders the templates of an app. */
import { withCode } from '@phial/core'
import { currentApp } from '../context/context.ts'
import { HELPERS } from './code.ts'
import { FROM_STRING } from './errors.ts'
import { type ForeignTag, foreignTags } from './inspect.ts'
import { absoluteName, findTemplate, type Found, namesIn, notFound } from './loader.ts'
import { ModuleTemplate, type TemplateModule } from './module.ts'
import { type Library, Page, topLevelOf } from './page.ts'
import { streamPage } from './stream.ts'
import { SourceTemplate, type Template } from './template.ts'
import {
  renderWithSignals,
  standardNames,
  streamWithSignals,
  type TemplateHost,
  withContext,
} from './template-context.ts'
import { assertString, wrongArgument } from '../helpers/arguments.ts'

/** The name of a template, or a list of names, of which the first existing one is rendered. */
export type TemplateName = string | readonly string[]

/**
 * Renders a template to a string: `renderTemplate('index', { user })` renders `templates/index.eta`. If `name` is a
 * list, renders the first template that exists.
 *
 * Throws `TemplateNotFound` if no template exists, and `TemplateError`, with file and line, if the template fails.
 *
 * ```ts
 * app.get('/', () => renderTemplate('index', { user }))
 * ```
 */
export function renderTemplate(name: TemplateName, data: object = {}): string {
  return currentApp.templates.render(name, data)
}

/**
 * Renders a template from a string. It has the same names and helpers as a template in a file, and escapes what it
 * prints.
 *
 * ```ts
 * renderTemplateString('Hello <%= it.name %>', { name: '<b>' }) // 'Hello &lt;b&gt;'
 * ```
 */
export function renderTemplateString(source: string, data: object = {}): string {
  return currentApp.templates.renderString(source, data)
}

/**
 * Renders a template in chunks while the client reads them. The template can use `await`:
 * `<% for await (const row of it.rows) { %>`. The response does not have a `Content-Length`.
 *
 * Throws `TemplateNotFound` if no template exists, and `TemplateError` if its code is invalid. An error after the first
 * chunk aborts the response, because the status has already been sent.
 *
 * ```ts
 * app.get('/report', () => streamTemplate('report', { rows: database.stream('…') }))
 * ```
 */
export function streamTemplate(name: TemplateName, data: object = {}): AsyncIterable<string> {
  return currentApp.templates.stream(name, data)
}

/**
 * Renders a template from a string in chunks, as `streamTemplate` does with a file.
 *
 * Throws `TemplateError` if its code is invalid. An error after the first chunk aborts the response, because the status
 * has already been sent.
 *
 * ```ts
 * app.get('/', () => streamTemplateString('Hello <%= await it.name %>', { name: Promise.resolve('Ann') }))
 * ```
 */
export function streamTemplateString(source: string, data: object = {}): AsyncIterable<string> {
  return currentApp.templates.streamString(source, data)
}

/** The templates of an app. Each is read and compiled on first use. */
export class Templates implements Library {
  /** The names available in every template, in addition to the helpers. */
  readonly names: Record<string, unknown>
  readonly #app: TemplateHost
  /** The precompiled templates by name. */
  readonly #precompiled = new Map<string, Template>()
  /** The templates that have been read, by requested name. */
  readonly #cache = new Map<string, Template>()
  /** In debug mode, the tags of other template languages. */
  readonly #foreign = new WeakMap<Template, readonly ForeignTag[]>()
  /** The warnings that have been logged. */
  readonly #logged = new Set<string>()

  constructor(app: TemplateHost) {
    this.#app = app
    this.names = standardNames(app)
  }

  /** Adds a name to the context of every template. Throws `TypeError` if the name is reserved or invalid. */
  define(name: string, value: unknown): void {
    assertString('templateGlobal(name, value)', name)
    const isReserved = RESERVED.has(name) || name.startsWith('__eta')
    if (!/^[A-Za-z_$][\w$]*$/.test(name) || isReserved) {
      throw withCode(
        'ERR_PHIAL_TEMPLATE_NAME',
        new TypeError(
          `Cannot define ${JSON.stringify(name)} in templates: the name is ${isReserved ? 'reserved' : 'not a valid JavaScript identifier'}. Choose another name.`,
        ),
      )
    }
    this.names[name] = value
    this.#cache.clear()
  }

  /** Adds precompiled templates, which take precedence over files. */
  addModules(modules: Iterable<TemplateModule>): void {
    for (const module of modules) this.#precompiled.set(module.name, new ModuleTemplate(module))
  }

  render(name: TemplateName, data: object): string {
    return this.#render(this.find(name, undefined), data)
  }

  renderString(source: string, data: object): string {
    return this.#render(this.#fromString(source), data)
  }

  #render(template: Template, viewData: object): string {
    const data = withContext(this.#app, viewData)
    const render = (): string => new Page(this, template, data).render()
    return renderWithSignals(this.#app, template.name, data, render)
  }

  stream(name: TemplateName, data: object): AsyncIterable<string> {
    return this.#stream(this.find(name, undefined), data)
  }

  streamString(source: string, data: object): AsyncIterable<string> {
    return this.#stream(this.#fromString(source), data)
  }

  #stream(template: Template, viewData: object): AsyncIterable<string> {
    template.prepare(true)
    const data = withContext(this.#app, viewData)
    const page = new Page(this, template, data, topLevelOf(streamPage))
    return streamWithSignals(this.#app, template.name, data, streamPage(page))
  }

  /**
   * Returns the first existing template. `from` is the name of the template that includes it. Throws
   * `TemplateNotFound`.
   */
  find(names: TemplateName, from: string | undefined): Template {
    const all = namesOf(names)
    for (const name of all) {
      const template = this.#get(absoluteName(name, from ?? ''))
      if (template !== undefined) return template
    }
    throw notFound(all, this.#app.templateFolders, this.all())
  }

  #get(name: string): Template | undefined {
    const precompiled = this.#precompiled.get(name) ?? this.#precompiled.get(`${name}.eta`)
    if (precompiled !== undefined) return precompiled
    const { config } = this.#app
    const cached = this.#cache.get(name)
    if (cached !== undefined && !(config.TEMPLATES_AUTO_RELOAD ?? config.DEBUG)) return cached
    const found = this.search(name)
    if (found === undefined) return undefined
    if (cached?.file === found.file && cached.source === found.source) return cached
    const template = this.#compile(found)
    this.#cache.set(name, template)
    return template
  }

  /** Finds a template file by its name, relative to the folders, and reads it. */
  search(name: string): Found | undefined {
    const { templateFolders: folders, config } = this.#app
    const explain = config.EXPLAIN_TEMPLATE_LOADING
      ? (text: string) => this.#app.logger.info(text)
      : undefined
    return findTemplate(name, { folders, explain })
  }

  /** Returns the names of all files in the template folders and of all precompiled templates. */
  all(): string[] {
    return [...this.#precompiled.keys(), ...namesIn(this.#app.templateFolders)]
  }

  #fromString(source: string): Template {
    assertString('renderTemplateString(source)', source)
    return this.#compile({ name: undefined, file: FROM_STRING, source })
  }

  #compile({ name, file, source }: Omit<Found, 'name'> & { name: string | undefined }): Template {
    const names = Object.keys(this.names)
    const inspects = this.#app.config.DEBUG
    const template = new SourceTemplate({ name, file, source, names, inspects })
    if (inspects) this.#foreign.set(template, foreignTags(template.pieces))
    return template
  }

  /** Logs each tag of another template language whose name is in the data, once. */
  begin(template: Template, it: object): void {
    if (!this.#app.config.DEBUG) return
    for (const { name, line, advice } of this.#foreign.get(template) ?? []) {
      if (name in it) this.#log(`${template.file}:${line}: ${advice}`)
    }
  }

  /** Logs a tag that printed `undefined`, once. */
  note(template: Template, index: number): void {
    if (!this.#app.config.DEBUG) return
    const tag = template.tagAt(index)
    this.#log(
      `${template.file}:${tag?.line ?? 0}: ${tag?.code ?? ''} is undefined, so nothing was printed. Check its name, or print a default with ??.`,
    )
  }

  #log(text: string): void {
    if (this.#logged.has(text)) return
    this.#logged.add(text)
    this.#app.logger.warning(text)
  }
}

const RESERVED: ReadonlySet<string> = new Set([...HELPERS, 'it'])

function namesOf(given: TemplateName): readonly string[] {
  if (typeof given === 'string') return [given]
  const received: unknown = given
  if (Array.isArray(received)) return given
  throw wrongArgument('renderTemplate(name)', 'the name of a template, or an array of names', given)
}
