import { any, int, path, uuid } from 'phial'
import { describe, expectTypeOf, test } from 'vitest'
import { make } from '../support.ts'

describe('the values of a view', () => {
  test('include defaults as required properties', () => {
    const app = make()
    app.get('/a', { defaults: { page: 1 } }, ({ page }) => {
      expectTypeOf(page).toEqualTypeOf<number>()
      return ''
    })
    app.get('/b{/:page}', { params: { page: int }, defaults: { page: 1 } }, (values) => {
      expectTypeOf(values).toEqualTypeOf<{ page: number }>()
      return ''
    })
    app.get('/c{/:page}/:id', { params: { page: int } }, (values) => {
      expectTypeOf(values).toEqualTypeOf<{ page?: number; id: string }>()
      return ''
    })
    app.get('/d{/:sort}', { defaults: { sort: 'new', by: null } }, (values) => {
      expectTypeOf(values).toEqualTypeOf<{ sort: string; by: null }>()
      return ''
    })
  })

  test('include the params of the host', () => {
    const app = make({ hostMatching: true })
    const options = {
      host: ':shop.example.com',
      params: { shop: any('a', 'b'), id: uuid },
    } as const
    app.get('/:id/*rest', options, (values) => {
      expectTypeOf(values).toEqualTypeOf<{ shop: 'a' | 'b'; id: string; rest: string }>()
      return ''
    })
    app.get('/x', { host: ':tenant.example.com', params: { tenant: int } }, ({ tenant }) => {
      expectTypeOf(tenant).toEqualTypeOf<number>()
      return ''
    })
  })

  test('may be used by redirectTo', () => {
    const app = make()
    app.get('/e/:id', {
      params: { id: int },
      redirectTo: (values) => {
        expectTypeOf(values).toEqualTypeOf<{ id: number }>()
        return '/'
      },
    })
    const wrong = (): void => {
      // @ts-expect-error -- a route needs a view, or redirectTo, or buildOnly
      app.get('/f', { endpoint: 'f' })
      // @ts-expect-error -- app.get answers GET
      app.get('/g', { methods: ['POST'] }, () => '')
      // @ts-expect-error -- the param does not exist
      app.get('/h/:id', ({ name }) => name)
      // @ts-expect-error -- the value is not a converter
      app.get('/i/:id', { params: { id: Number } }, () => '')
    }
    expectTypeOf(wrong).returns.toBeVoid()
  })

  test('are strings for a pattern that is only known at run time', () => {
    const app = make()
    const pattern: string = '/j/:id'
    app.get(pattern, ({ id }) => {
      expectTypeOf(id).toEqualTypeOf<string | undefined>()
      return ''
    })
    app.get('/k/:at', { params: { at: path } }, ({ at }) => {
      expectTypeOf(at).toEqualTypeOf<string>()
      return ''
    })
  })
})

test('urlFor accepts any values and returns a string', () => {
  const app = make()
  expectTypeOf(app.urlFor)
    .parameter(1)
    .toEqualTypeOf<{ readonly [name: string]: unknown } | undefined>()
  expectTypeOf(app.urlFor).returns.toBeString()
})
