/** A form as a page shows it: the submitted values, the errors, and the controls as HTML. */
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

/** The values of fields by name; an array for a field with several values. */
export type FieldValues = Readonly<Record<string, FieldValue | readonly FieldValue[]>>

/** The data of a form. */
export interface FormState {
  readonly shape: Shape | undefined
  readonly values: FieldValues
  /** The names in the view's `values`, whether or not the schema has them. */
  readonly named?: readonly string[]
  readonly isSubmitted: boolean
  /** The output of the schema. Used only if there are no issues. */
  readonly data?: unknown
  readonly issues?: readonly ValidationIssue[]
  /** The status of the page, if it does not follow from the issues. */
  readonly status?: number
}

/**
 * A form, for a view and its template. `request.form(schema)` creates one. Each method that accepts a field name throws
 * `TypeError` for a misspelt name, and each control for a name that is neither in the schema nor in `values`.
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
  /** Whether the form was submitted, with or without errors. */
  readonly isSubmitted: boolean
  /** The issues, in the order of the schema. The path is empty for the form as a whole. */
  readonly issues: ValidationIssue[]
  readonly #state: FormState

  constructor(state: FormState) {
    this.isSubmitted = state.isSubmitted
    this.issues = [...(state.issues ?? [])]
    this.#state = state
  }

  /** Whether the form was submitted without errors. */
  get isValid(): boolean {
    return this.isSubmitted && this.issues.length === 0
  }

  /** The output of the schema; `undefined` unless the form is valid. */
  get data(): unknown {
    return this.isValid ? this.#state.data : undefined
  }

  /** The status for the page with this form: 200; 422 if the form has errors; 413 if it was too large. */
  get status(): number {
    return this.#state.status ?? (this.issues.length > 0 ? 422 : 200)
  }

  /** Adds an error that only the view can detect: `form.addError('name', 'This name is taken.')`. Pass `undefined` for the form as a whole. */
  addError(name: string | undefined, message: string): void {
    if (name !== undefined) this.#assertField(name)
    this.issues.push({ path: name === undefined ? [] : [name], message })
  }

  /** Returns the errors of a field, or of the form as a whole. */
  errors(name?: string): string[] {
    if (name !== undefined) this.#assertField(name)
    return this.issues.filter(({ path }) => fieldOf(path) === name).map(({ message }) => message)
  }

  /** Returns the value of a field, for custom controls. */
  value(name: string): FieldValue | readonly FieldValue[] {
    const { values } = this.#state
    this.#assertField(name)
    return Object.hasOwn(values, name) ? values[name] : undefined
  }

  /** Returns a `<label>`. The default text is the `title` of the field in the schema, or its name. */
  label(name: string, text?: string): Markup {
    this.#assertField(name)
    const shown = text ?? propertyOf(name, this.#state.shape)?.title ?? name
    return new Markup(`${tag('label', { for: idOf(name) })}${escaped(shown)}</label>`)
  }

  /**
   * Returns an `<input>` with its value and the attributes from the schema. `attributes` are added, and override those
   * of the schema. For several radio buttons or checkboxes, pass a `value` to each. Passwords and files are never filled in.
   */
  input(name: string, attributes: Attributes = {}): Markup {
    return new Markup(inputTag(this.#field(name), attributes))
  }

  /** Returns a `<textarea>` with its value. */
  textarea(name: string, attributes: Attributes = {}): Markup {
    return new Markup(textareaTag(this.#field(name), attributes))
  }

  /** Returns a `<select>` with its selection. The options are those of the schema, or the given ones with their texts: `{ r: 'Red', g: 'Green' }`. */
  select(
    name: string,
    options?: Readonly<Record<string, string>>,
    attributes: Attributes = {},
  ): Markup {
    return new Markup(selectTag(this.#field(name), options, attributes))
  }

  /** Returns the errors of a field, or without a name those of the form, in a `<p class="error">` that the control references. Empty if there are none. */
  error(name?: string): Markup {
    const messages = this.errors(name)
    if (messages.length === 0) return new Markup('')
    const attributes = name === undefined ? { role: 'alert' } : { id: errorIdOf(name) }
    const text = messages.map(escaped).join('<br>')
    return new Markup(`${tag('p', { class: 'error', ...attributes })}${text}</p>`)
  }

  /** Throws `TypeError` for an unknown name: its input would never reach the schema, or its error would never be shown. */
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
        `The form's schema has no field ${JSON.stringify(name)}. ${hint} For a control that is not in the schema, write plain HTML.`,
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

/** Returns the field of an issue: `tags` for `['tags', 1]`. */
function fieldOf(path: ValidationIssue['path']): string | undefined {
  return path[0]?.toString()
}
