/** A form as its page shows it: what was typed, what is wrong with it, and its controls as HTML. */
import { withCode } from '@phial/core'
import type { ValidationIssue } from '../config/schema.ts'
import { nearest } from '../helpers/nearest.ts'
import { escaped, Markup } from '../helpers/printing.ts'
import { type Attributes, attributesOf, tag } from './attributes.ts'
import {
  errorIdOf,
  type Field,
  type FieldValue,
  idOf,
  inputTag,
  selectTag,
  textareaTag,
} from './controls.ts'
import { propertyOf, type Shape } from './shape.ts'

/** What fields show, by their names; a list for what can be chosen more than once. */
export type FieldValues = Readonly<Record<string, FieldValue | readonly FieldValue[]>>

/** What a form is made of. */
export interface FormState {
  readonly shape: Shape | undefined
  readonly values: FieldValues
  /** Names that the view gave values for, whether the schema has them or not. */
  readonly named?: readonly string[]
  readonly isSubmitted: boolean
  /** What the schema made of the form; only looked at if there are no issues. */
  readonly data?: unknown
  readonly issues?: readonly ValidationIssue[]
  /** What the page is answered with, if it is something special. */
  readonly status?: number
}

/**
 * A form, for its view and for its template. `request.form(schema)` makes one. Each method that takes
 * the name of a field throws `TypeError` for one that is misspelt, and each control for one that neither the
 * schema has nor `values` named.
 *
 * ```html
 * <form method="post">
 *   <%= it.form.error() %>
 *   <%= it.form.label('name', 'Your name') %>
 *   <%= it.form.input('name', { autocomplete: 'name' }) %>
 *   <%= it.form.error('name') %>
 *   <button>Send</button>
 * </form>
 * ```
 */
export class HtmlForm {
  /** Whether the form was sent, rightly or not. */
  readonly isSubmitted: boolean
  /** What is wrong, in the schema's order. The path is empty for the form as a whole. */
  readonly issues: ValidationIssue[]
  readonly #state: FormState

  constructor(state: FormState) {
    this.isSubmitted = state.isSubmitted
    this.issues = [...(state.issues ?? [])]
    this.#state = state
  }

  /** Whether the form was sent, and nothing is wrong with it. */
  get isValid(): boolean {
    return this.isSubmitted && this.issues.length === 0
  }

  /** What the schema made of the form; `undefined` unless it is valid. */
  get data(): unknown {
    return this.isValid ? this.#state.data : undefined
  }

  /** What the page with this form is answered with: 200; 422 if something is wrong; 413 if more came than is taken. */
  get status(): number {
    return this.#state.status ?? (this.issues.length > 0 ? 422 : 200)
  }

  /** Says what only the view can know: `form.addError('name', 'This name is taken.')`. With `undefined` it is about the form as a whole. */
  addError(name: string | undefined, message: string): void {
    if (name !== undefined) this.#assertField(name)
    this.issues.push({ path: name === undefined ? [] : [name], message })
  }

  /** What is wrong with a field, or with the form as a whole. */
  errors(name?: string): string[] {
    if (name !== undefined) this.#assertField(name)
    return this.issues.filter(({ path }) => fieldOf(path) === name).map(({ message }) => message)
  }

  /** What a field shows: for controls of your own. */
  value(name: string): FieldValue | readonly FieldValue[] {
    const { values } = this.#state
    this.#assertField(name)
    return Object.hasOwn(values, name) ? values[name] : undefined
  }

  /** `<label>`. Its text, if not said here, is the schema's `title` of the field, else its name. */
  label(name: string, text?: string): Markup {
    this.#assertField(name)
    const shown = text ?? propertyOf(name, this.#state.shape)?.title ?? name
    return new Markup(`${tag('label', { for: idOf(name) })}${escaped(shown)}</label>`)
  }

  /**
   * `<input>`, filled in, with what the schema knows of the field. Other attributes are added, or come
   * before the schema's. Each of several radio buttons or checkboxes is given its own `value`.
   * Passwords and files are never filled in.
   */
  input(name: string, attributes: Attributes = {}): Markup {
    return new Markup(inputTag(this.#field(name), attributes))
  }

  /** `<textarea>`, filled in. */
  textarea(name: string, attributes: Attributes = {}): Markup {
    return new Markup(textareaTag(this.#field(name), attributes))
  }

  /** `<select>`, with what was chosen. Its options are the schema's choices, or those given here, with their texts: `{ r: 'Red', g: 'Green' }`. */
  select(
    name: string,
    options?: Readonly<Record<string, string>>,
    attributes: Attributes = {},
  ): Markup {
    return new Markup(selectTag(this.#field(name), options, attributes))
  }

  /** What is wrong with a field, in a `<p class="error">` that its control points at; without a name, with the form as a whole. Empty if nothing is. */
  error(name?: string): Markup {
    const messages = this.errors(name)
    if (messages.length === 0) return new Markup('')
    const attributes = name === undefined ? { role: 'alert' } : { id: errorIdOf(name) }
    const text = messages.map(escaped).join('<br>')
    return new Markup(`${tag('p', { class: 'error', ...attributes })}${text}</p>`)
  }

  /** A misspelt name would be an input that the schema never sees, or an error that nobody sees. */
  #assertField(name: string, isControl: boolean = false): void {
    const { shape, values, named = [] } = this.#state
    const isKnown = propertyOf(name, shape) !== undefined || named.includes(name)
    if (shape === undefined || isKnown || Object.hasOwn(values, name)) return
    const fields = Object.keys(shape.properties)
    const [near] = nearest(name, fields)
    if (near === undefined && !isControl) return
    const hint = near === undefined ? `It has ${fields.join(', ')}.` : `Did you mean ${JSON.stringify(near)}?` // prettier-ignore
    throw withCode(
      'ERR_PHIAL_FORM_FIELD',
      new TypeError(
        `The form's schema has no field ${JSON.stringify(name)}. ${hint} For a control that is not in the schema, write its HTML.`,
      ),
    )
  }

  #field(name: string): Field {
    this.#assertField(name, true)
    const { shape } = this.#state
    const wrong = this.issues.map(({ path }) => fieldOf(path))
    return {
      name,
      property: propertyOf(name, shape),
      known: attributesOf(name, shape),
      value: this.value(name),
      isWrong: wrong.includes(name),
      isFirstWrong: wrong[0] === name,
    }
  }
}

/** The field that an issue is about: of `['tags', 1]` it is `tags`. */
function fieldOf(path: ValidationIssue['path']): string | undefined {
  return path[0]?.toString()
}
