/**
 * Precompiled templates, as ES modules. They do not generate code at run time, so they run on platforms that forbid
 * `new Function`.
 */
import type { BuiltFiles } from '../files/built-files.ts'
import { invalidTemplate } from './errors.ts'
import type { Facts } from './outline.ts'
import { escaped, plain } from '../helpers/printing.ts'
import {
  doesEscape,
  type NamedTag,
  ONLY_STREAMED,
  type Print,
  SourceTemplate,
  type PageObject,
  type Steps,
  type Stepwise,
  type Template,
  type Render,
} from './template.ts'

/** A compiled template. */
export interface TemplateModule {
  readonly name: string
  readonly source: string
  readonly facts: Facts
  /** The line of each piece of the template and, for a tag, its code. */
  readonly pieces: readonly (readonly [line: number, code?: string])[]
  /** Returns the function that renders synchronously; `undefined` if the template awaits. */
  readonly whole: ((escaped: Print, plain: Print) => Render) | undefined
  /** Returns the function that renders step by step. */
  readonly stepwise: (escaped: Print, plain: Print) => Stepwise
}

/**
 * The default export of the module that `phial build` writes. It contains what an app cannot read or compile on a
 * platform without a file system or code generation.
 */
export interface AppBuild {
  readonly templates: readonly TemplateModule[]
  /** The static files of each folder, by endpoint: `static`, `shop.static`. */
  readonly staticFiles: Readonly<Record<string, BuiltFiles>>
}

/**
 * Compiles a template to the source of a JavaScript object, a `TemplateModule`. `name` is relative to the template
 * folder, with its extension: `posts/index.eta`. `names` are the names available in templates, in addition to the
 * helpers: the keys of `app.templates.names`.
 *
 * Throws `TemplateError` if the template cannot be parsed or its code is invalid.
 */
export function compileTemplate(source: string, name: string, names: readonly string[]): string {
  const template = new SourceTemplate({ name, file: name, source, names, inspects: false })
  template.prepare(true)
  const pieces = template.pieces.map((piece) =>
    piece.kind === 'text' ? [piece.line] : [piece.line, piece.code],
  )
  const whole = isSynchronous(template) ? `whole${asMethod(template, 'sync')}` : 'whole: undefined'
  const entries = [
    ...Object.entries({ name, source, facts: template.facts, pieces }).map(
      ([key, value]) => `${key}: ${JSON.stringify(value)}`,
    ),
    whole,
    `stepwise${asMethod(template, 'stepwise')}`,
  ]
  return `{\n${entries.join(',\n')},\n}`
}

/** Returns a build as the source of an ES module without imports. `templates` are results of `compileTemplate`. */
export function writeBuild(
  templates: readonly string[],
  staticFiles: AppBuild['staticFiles'],
): string {
  const files = JSON.stringify(staticFiles, undefined, 1)
  return `// Written by phial build. Do not edit.\nexport default {\ntemplates: [${templates.join(', ')}],\nstaticFiles: ${files},\n}\n`
}

/** Reports whether a template can be rendered synchronously: it does not await outside of callbacks. */
function isSynchronous(template: SourceTemplate): boolean {
  try {
    template.prepare(false)
    return true
  } catch (error) {
    if (template.facts.awaits) return false
    throw error
  }
}

function asMethod(template: SourceTemplate, form: 'sync' | 'stepwise'): string {
  return `(__eta_escaped, __eta_plain) {${template.write(form).text}}`
}

/** A template from a module. Its errors contain the line of the tag, even if a bundler has moved the code. */
export class ModuleTemplate implements Template {
  readonly name: string
  readonly file: string
  readonly source: string
  readonly escapes: boolean
  readonly facts: Facts
  readonly steps: Stepwise
  readonly #module: TemplateModule
  readonly #render: Render | undefined

  constructor(module: TemplateModule) {
    this.name = module.name
    this.file = module.name
    this.source = module.source
    this.escapes = doesEscape(module.name)
    this.facts = module.facts
    this.#module = module
    this.#render = module.whole?.(escaped, plain)
    const stepwise = module.stepwise(escaped, plain)
    this.steps = (page: PageObject, it: object): Steps => stepwise(page, it)
  }

  /** Throws `TemplateError` if the template awaits. */
  run(page: PageObject, it: object): void {
    this.prepare(false)
    this.#render?.(page, it)
  }

  prepare(isStepwise: boolean): void {
    if (isStepwise || this.#render !== undefined) return
    const [line] = this.#module.pieces.find(([, code = '']) => /\bawait\b/.test(code)) ?? []
    throw invalidTemplate(this, line, `The template contains await. ${ONLY_STREAMED}`)
  }

  tagAt(index: number): NamedTag | undefined {
    const [line, code] = this.#module.pieces[index] ?? []
    return line === undefined || code === undefined ? undefined : { line, code }
  }

  lineOf(_: unknown, index: number): number | undefined {
    return this.#module.pieces[index]?.[0]
  }
}
