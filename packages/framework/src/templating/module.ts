/**
 * Templates that are compiled before the app runs, as ES modules. They need no code generation, so they run
 * where `new Function` is forbidden.
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
  type Whole,
} from './template.ts'

/** A compiled template. */
export interface TemplateModule {
  readonly name: string
  readonly source: string
  readonly facts: Facts
  /** For each piece of the template its line and, if it is a tag, its code. */
  readonly pieces: readonly (readonly [line: number, code?: string])[]
  /** Makes the function that renders at once; `undefined` if the template awaits. */
  readonly whole: ((escaped: Print, plain: Print) => Whole) | undefined
  /** Makes the function that renders step by step. */
  readonly stepwise: (escaped: Print, plain: Print) => Stepwise
}

/** What `phial build` writes, as the default export of a module: what an app needs and cannot read or compile where it runs. */
export interface AppBuild {
  readonly templates: readonly TemplateModule[]
  /** The static files of each folder, by its endpoint: `static`, `shop.static`. */
  readonly staticFiles: Readonly<Record<string, BuiltFiles>>
}

/**
 * Compiles a template to the text of a JavaScript object, a `TemplateModule`. `name` is relative to the
 * template folder, with its ending: `posts/index.eta`. `names` are those that templates may use besides
 * their own helpers: the keys of an app's `templates.names`.
 *
 * Throws `TemplateError` if the template cannot be read or its code is invalid.
 */
export function compileTemplate(source: string, name: string, names: readonly string[]): string {
  const template = new SourceTemplate({ name, file: name, source, names, inspects: false })
  template.prepare(true)
  const pieces = template.pieces.map((piece) =>
    piece.kind === 'text' ? [piece.line] : [piece.line, piece.code],
  )
  const whole = hasWhole(template) ? `whole${asMethod(template, 'whole')}` : 'whole: undefined'
  const entries = [
    ...Object.entries({ name, source, facts: template.facts, pieces }).map(
      ([key, value]) => `${key}: ${JSON.stringify(value)}`,
    ),
    whole,
    `stepwise${asMethod(template, 'steps')}`,
  ]
  return `{\n${entries.join(',\n')},\n}`
}

/** Writes a build as the text of an ES module that imports nothing. `templates` are texts of `compileTemplate`. */
export function writeBuild(
  templates: readonly string[],
  staticFiles: AppBuild['staticFiles'],
): string {
  const files = JSON.stringify(staticFiles, undefined, 1)
  return `// Written by phial build. Do not edit.\nexport default {\ntemplates: [${templates.join(', ')}],\nstaticFiles: ${files},\n}\n`
}

/** Whether a template can be rendered at once. One that awaits outside of callbacks cannot. */
function hasWhole(template: SourceTemplate): boolean {
  try {
    template.prepare(false)
    return true
  } catch (error) {
    if (template.facts.awaits) return false
    throw error
  }
}

function asMethod(template: SourceTemplate, form: 'whole' | 'steps'): string {
  return `(__eta_escaped, __eta_plain) {${template.write(form).text}}`
}

/** A template from a module. Its errors name the line of the tag, whatever a bundler did to the module. */
export class ModuleTemplate implements Template {
  readonly name: string
  readonly file: string
  readonly source: string
  readonly escapes: boolean
  readonly facts: Facts
  readonly steps: Stepwise
  readonly #module: TemplateModule
  readonly #whole: Whole | undefined

  constructor(module: TemplateModule) {
    this.name = module.name
    this.file = module.name
    this.source = module.source
    this.escapes = doesEscape(module.name)
    this.facts = module.facts
    this.#module = module
    this.#whole = module.whole?.(escaped, plain)
    const stepwise = module.stepwise(escaped, plain)
    this.steps = (page: PageObject, it: object): Steps => stepwise(page, it)
  }

  /** Throws `TemplateError` if it awaits. */
  run(page: PageObject, it: object): void {
    this.prepare(false)
    this.#whole?.(page, it)
  }

  prepare(isStepwise: boolean): void {
    if (isStepwise || this.#whole !== undefined) return
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
