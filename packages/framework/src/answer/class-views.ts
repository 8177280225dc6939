/** Class-based views: for views that share code, or that are the methods of one resource. */
import { withCode } from '@phial/core'
import type { RequestContext } from '../context/context.ts'
import { MethodNotAllowed } from '../errors/http-errors.ts'
import type { Maybe } from '../helpers/promises.ts'
import type { Answer, ViewFunction } from './views.ts'

/** Wraps a view in another one. */
export type ViewDecorator = (view: ViewFunction) => ViewFunction

/** The view that `asView` returns: a function with its methods. */
export type ClassView<Values> = ViewFunction<Values> & { readonly methods?: readonly string[] }

const METHODS = ['get', 'post', 'head', 'options', 'delete', 'put', 'trace', 'patch'] as const

type MethodName = (typeof METHODS)[number]

/** A class of views and its settings. */
interface ViewClass<Instance, Args extends readonly unknown[]> {
  new (...args: Args): Instance
  readonly prototype: Instance
  readonly methods?: readonly string[]
  readonly decorators: readonly ViewDecorator[]
  readonly initEveryRequest: boolean
}

/** The values of the path that a class needs: those of all its methods, or else of `dispatchRequest`. */
type ValuesOf<T> = [keyof T & MethodName] extends [never]
  ? T extends { dispatchRequest(values: infer Values, ...rest: never[]): unknown }
    ? Values
    : never
  : Meet<{ [M in keyof T & MethodName]: TakerOf<T[M]> }[keyof T & MethodName]>

type TakerOf<F> = F extends (values: infer Values, ...rest: never[]) => unknown
  ? (values: Values) => void
  : never

type Meet<Takers> = [Takers] extends [(values: infer Values) => void] ? Values : never

/**
 * A class-based view.
 *
 * ```ts
 * class Listing extends View {
 *   readonly #template: string
 *
 *   constructor(template: string) {
 *     super()
 *     this.#template = template
 *   }
 *
 *   override dispatchRequest(): string {
 *     return renderTemplate(this.#template)
 *   }
 * }
 *
 * app.route('/about', Listing.asView('about', 'about-us'))
 * ```
 */
export abstract class View {
  /** The methods of routes without the option `methods`. Default `['GET']`. */
  static readonly methods?: readonly string[]
  /** Decorators around each of its views, the first one innermost. Default none. */
  static readonly decorators: readonly ViewDecorator[] = []
  /** Whether each request has its own instance, which may have state. If false, all requests share one. Default true. */
  static readonly initEveryRequest: boolean = true

  /** Responds to a request. */
  abstract dispatchRequest(values: object, context: RequestContext): Maybe<Answer>

  /** Returns a view of the class for a route. `name` is its endpoint, `args` are the arguments of the constructor. */
  static asView<Instance extends View, Args extends readonly unknown[]>(
    this: ViewClass<Instance, Args>,
    name: string,
    ...args: Args
  ): ClassView<ValuesOf<Instance>> {
    const shared = this.initEveryRequest ? undefined : new this(...args)
    const dispatch: ViewFunction = (values, context) =>
      (shared ?? new this(...args)).dispatchRequest(values, context)
    const decorated = this.decorators.reduce((view, decorate) => decorate(view), dispatch)
    const view: ViewFunction = (values, context) => decorated(values, context)
    const methods = this.methods ?? methodsOf(this.prototype)
    if (methods?.length === 0) throw withoutMethods(name)
    Object.defineProperties(view, { name: { value: name }, methods: { value: methods } })
    return view as ClassView<ValuesOf<Instance>>
  }
}

/**
 * A view with a function for each request method: `get`, `post`, … `get` also responds to `HEAD`. Any other method is a
 * 405.
 *
 * ```ts
 * class Post extends MethodView {
 *   get({ id }: { id: number }) {
 *     return posts.find(id)
 *   }
 *   delete({ id }: { id: number }) {
 *     posts.remove(id)
 *     return makeResponse('', 204)
 *   }
 * }
 *
 * app.route('/posts/:id', { params: { id: int } }, Post.asView('post'))
 * ```
 */
export abstract class MethodView extends View {
  override dispatchRequest(values: object, context: RequestContext): Maybe<Answer> {
    const method = context.request.method.toLowerCase()
    const handler =
      handlerOf(this, method) ?? (method === 'head' ? handlerOf(this, 'get') : undefined)
    if (handler !== undefined) return handler.call(this, values, context)
    throw new MethodNotAllowed(undefined, { validMethods: methodsOf(this) ?? [] })
  }
}

function handlerOf(view: object, method: string): ViewFunction<object> | undefined {
  const isMethod = METHODS.some((name) => name === method)
  const handler: unknown = isMethod ? Reflect.get(view, method) : undefined
  return typeof handler === 'function' ? (handler as ViewFunction<object>) : undefined
}

/** Returns the methods that a `MethodView` has functions for; `undefined` for any other view. */
function methodsOf(view: object): string[] | undefined {
  if (!(view instanceof MethodView)) return undefined
  return METHODS.filter((name) => handlerOf(view, name) !== undefined).map((name) =>
    name.toUpperCase(),
  )
}

function withoutMethods(name: string): TypeError {
  return withCode(
    'ERR_PHIAL_CLASS_VIEW_EMPTY',
    new TypeError(
      `The class of the view ${JSON.stringify(name)} has none of the methods ${METHODS.join(', ')}. Define at least one of them as a method, not as a field.`,
    ),
  )
}
