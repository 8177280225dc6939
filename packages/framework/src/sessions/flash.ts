/** Messages for the visitor's next page. */
import { currentRequestContext, type RequestContext } from '../context/context.ts'
import type { Flash } from '../context/session-types.ts'
import { guard } from '../helpers/guards.ts'
import { messageFlashed } from '../observers/signals.ts'

/** Which messages are wanted, and how. */
export interface FlashedOptions {
  /** Whether each comes as `[category, message]`. Default false. */
  withCategories?: boolean
  /** Only messages of these categories. Default: all. */
  categoryFilter?: readonly string[]
}

/** Where a session keeps them. */
const KEY = '_flashes'

/**
 * Keeps a message for the next page that asks for it, usually after a redirect.
 *
 * Raises `SessionError` if the app has no secret, `ContextError` outside of a request.
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
 * The messages that wait for the visitor, the oldest first. The first call of a request takes all of
 * them out of the session, whatever its filter; later calls of the same request have the same ones.
 * A page that is streamed comes too late for that first call: make it in the view.
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
  const wanted =
    categoryFilter === undefined || categoryFilter.length === 0
      ? all
      : all.filter(([category]) => categoryFilter.includes(category))
  return withCategories ? [...wanted] : wanted.map(([, message]) => message)
}

function take({ session }: RequestContext): readonly Flash[] {
  const waiting = listOf(session[KEY])
  if (KEY in session) delete session[KEY]
  return waiting
}

function listOf(value: unknown): readonly Flash[] {
  return Array.isArray(value) ? (value as readonly Flash[]) : []
}
