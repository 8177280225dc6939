/** Messages for the visitor's next page. */
import { currentRequestContext, type RequestContext } from '../context/context.ts'
import type { Flash } from '../context/session-types.ts'
import { guard } from '../helpers/guards.ts'
import { messageFlashed } from '../observers/signals.ts'

/** Options of `getFlashedMessages`. */
export interface FlashedOptions {
  /** Whether to return `[category, message]` pairs. Default false. */
  withCategories?: boolean
  /** Returns only messages of these categories. Default: all. */
  categoryFilter?: readonly string[]
}

/** The session key of the messages. */
const KEY = '_flashes'

/**
 * Stores a message for the next page that displays messages, usually after a redirect. Flask's `flash`.
 *
 * Throws `SessionError` if `SECRET_KEY` is missing or weak, and `ContextError` outside of a request.
 *
 * ```ts
 * flash('The post was saved.')
 * flash('The title is missing.', 'error')
 * ```
 */
export function flash(message: string, category: string = 'message'): void {
  guard(message)
  const { app, session } = currentRequestContext('flash')
  session[KEY] = [...listOf(session[KEY]), [category, message]]
  if (messageFlashed.hasReceivers) messageFlashed.send(app, { message, category })
}

/**
 * Returns the flashed messages, oldest first. The first call in a request removes all messages from the session,
 * regardless of the filter. Later calls in the same request return the same messages. If the page is streamed, make the
 * first call in the view, because the session cannot be changed once the headers have been sent. Flask's
 * `get_flashed_messages`.
 *
 * ```ts
 * getFlashedMessages()                                  // ['The post was saved.']
 * getFlashedMessages({ withCategories: true })          // [['message', 'The post was saved.']]
 * getFlashedMessages({ categoryFilter: ['error'] })     // []
 * ```
 */
export function getFlashedMessages(options: FlashedOptions & { withCategories: true }): Flash[]
export function getFlashedMessages(options?: FlashedOptions & { withCategories?: false }): string[]
export function getFlashedMessages({
  withCategories = false,
  categoryFilter,
}: FlashedOptions = {}): Flash[] | string[] {
  const context = currentRequestContext('getFlashedMessages')
  const all = (context.flashes ??= take(context))
  const selected =
    categoryFilter === undefined || categoryFilter.length === 0
      ? all
      : all.filter(([category]) => categoryFilter.includes(category))
  return withCategories ? [...selected] : selected.map(([, message]) => message)
}

function take({ session }: RequestContext): readonly Flash[] {
  const messages = listOf(session[KEY])
  if (KEY in session) delete session[KEY]
  return messages
}

function listOf(value: unknown): readonly Flash[] {
  return Array.isArray(value) ? (value as readonly Flash[]) : []
}
