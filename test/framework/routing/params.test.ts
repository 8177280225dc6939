import type { any, int, PathParams, PathValues } from 'phial'
import { expectTypeOf, test } from 'vitest'

test('infers the params of a pattern', () => {
  // oxlint-disable-next-line typescript/no-generated-empty-object-type -- that is what it is
  expectTypeOf<keyof PathParams<'/'>>().toBeNever()
  expectTypeOf<PathParams<'/:id'>>().toEqualTypeOf<{ id: string }>()
  expectTypeOf<PathParams<'/a/:b_1/c-:d.txt'>>().toEqualTypeOf<{ b_1: string; d: string }>()
  expectTypeOf<PathParams<'/*path'>>().toEqualTypeOf<{ path: string }>()
  expectTypeOf<PathParams<'/:a{/:b{.:c}}/:d'>>().toEqualTypeOf<{
    a: string
    b?: string
    c?: string
    d: string
  }>()
  expectTypeOf<PathParams<'/\\:a/:"b c"'>>().toEqualTypeOf<{ 'b c': string }>()
  expectTypeOf<PathParams<string>>().toEqualTypeOf<{ [name: string]: string }>()
})

test('infers the values from the converters', () => {
  type Converters = { id: typeof int; kind: ReturnType<typeof any<['a', 'b']>> }
  expectTypeOf<PathValues<'/:kind/:id{/:name}', Converters>>().toEqualTypeOf<{
    kind: 'a' | 'b'
    id: number
    name?: string
  }>()
  expectTypeOf<PathValues<'/{:id}', Converters>>().toEqualTypeOf<{ id?: number }>()
})
