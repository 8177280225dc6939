import {
  type ClassView,
  g,
  int,
  makeResponse,
  MethodView,
  request,
  type RequestContext,
  type Response,
  urlFor,
  View,
  type ViewFunction,
} from 'phial'
import { describe, expect, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

class Greeting extends View {
  readonly #word: string
  #count = 0

  constructor(word: string) {
    super()
    this.#word = word
  }

  override dispatchRequest({ name }: { name: string }, context: RequestContext): string {
    this.#count += 1
    return `${this.#word} ${name} ${context.request.method} ${this.#count}`
  }
}

class Shared extends Greeting {
  static override readonly initEveryRequest = false
  static override readonly methods = ['GET', 'POST']
}

class Post extends MethodView {
  get({ id }: { id: number }): object {
    return { id, method: request.method }
  }

  async delete(): Promise<Response> {
    return makeResponse('', 204)
  }
}

describe('View', () => {
  test('asView returns a named view with the arguments of the constructor', async () => {
    const app = make()
    const view = Greeting.asView('greet', 'Hello')
    expectTypeOf(view).toEqualTypeOf<ClassView<{ name: string }>>()
    app.route('/hello/:name', view)
    app.route('/bye/:name', Greeting.asView('part', 'Bye'))
    const client = app.testClient()
    expect(await (await client.get('/hello/Ann')).text()).toBe('Hello Ann GET 1')
    expect(await (await client.get('/bye/Ann')).text()).toBe('Bye Ann GET 1')
    expect(app.testRequestContext().run(() => urlFor('greet', { name: 'Ann' }))).toBe('/hello/Ann')
    expect((await client.post('/hello/Ann')).status).toBe(405)
    // @ts-expect-error -- the constructor requires an argument
    expect(Greeting.asView('wordless')).toBeTypeOf('function')
  })

  test('creates an instance for each request, or only one if initEveryRequest is false', async () => {
    const app = make()
    app.route('/each/:name', Greeting.asView('each', 'Hello'))
    app.route('/shared/:name', Shared.asView('shared', 'Hello'))
    const client = app.testClient()
    for (const count of [1, 2]) {
      // oxlint-disable-next-line no-await-in-loop
      expect(await (await client.get('/each/Ann')).text()).toBe('Hello Ann GET 1')
      // oxlint-disable-next-line no-await-in-loop
      expect(await (await client.post('/shared/Ann')).text()).toBe(`Hello Ann POST ${count}`)
    }
  })

  test('wraps each view in the decorators, the first one innermost', async () => {
    const wrap =
      (name: string) =>
      (view: ViewFunction): ViewFunction =>
      (values, context) => {
        g['order'] = `${String(g['order'] ?? '')}${name}`
        return view(values, context)
      }
    class Wrapped extends View {
      static override readonly decorators = [wrap('inner'), wrap('outer ')]
      override dispatchRequest(): string {
        return String(g['order'])
      }
    }
    const app = make()
    app.route('/', Wrapped.asView('wrapped'))
    expect(await (await app.testClient().get('/')).text()).toBe('outer inner')
    expect([...app.urlMap].at(-1)?.endpoint).toBe('wrapped')
  })
})

describe('MethodView', () => {
  test('derives the methods from its functions, uses get for HEAD, and returns 405 for any other', async () => {
    const app = make()
    const view = Post.asView('post')
    expectTypeOf<Parameters<typeof view>[0]>().toEqualTypeOf<{ id: number }>()
    app.route('/posts/:id', { params: { id: int } }, view)
    const client = app.testClient()
    expect(await (await client.get('/posts/7')).json()).toEqual({ id: 7, method: 'GET' })
    const head = await client.head('/posts/7')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '24'])
    expect((await client.delete('/posts/7')).status).toBe(204)
    const response = await client.put('/posts/7')
    expect([response.status, response.headers.get('allow')]).toEqual([
      405,
      'DELETE, GET, HEAD, OPTIONS',
    ])
  })

  test('uses the methods of the route, and returns 405 for one without a function', async () => {
    const app = make()
    app.route('/posts/:id', { params: { id: int }, methods: ['GET', 'PUT'] }, Post.asView('post'))
    const client = app.testClient()
    const response = await client.put('/posts/7')
    expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, DELETE'])
    expect((await client.delete('/posts/7')).status).toBe(405)
  })

  test('inherits functions of its parent class, and may define head', async () => {
    class Own extends Post {
      head(): Response {
        return makeResponse('', 200, { 'X-Head': 'own' })
      }
    }
    const app = make()
    app.route('/posts/:id', { params: { id: int } }, Own.asView('own'))
    const client = app.testClient()
    expect((await client.head('/posts/7')).headers.get('x-head')).toBe('own')
    expect((await client.get('/posts/7')).headers.get('x-head')).toBeNull()
  })

  test('rejects values of other types at compile time, and a class without functions at once', () => {
    const app = make()
    // @ts-expect-error -- without the converter, id is a string
    app.route('/posts/:id', Post.asView('post'))
    class Nothing extends MethodView {}
    expect(() => Nothing.asView('nothing')).toThrow('The class of the view "nothing" has none of')
  })
})
