/**
 * Types that derive the values of a view from the text of its pattern.
 *
 * The types of each route are independent and do not accumulate in the app, so the time to check them is linear in the
 * number of routes.
 */
import type { Converter } from './converters.ts'

type Lower = 'abcdefghijklmnopqrstuvwxyz'
type Letters<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head | Letters<Tail>
  : never
type NameCharacter = Letters<Lower> | Letters<Uppercase<Lower>> | Letters<'0123456789_$'>

/** The name at the start of a text, and the rest of the text. */
type TakeName<
  S extends string,
  Name extends string = '',
> = S extends `"${infer Quoted}"${infer Rest}`
  ? [Quoted, Rest]
  : S extends `${infer Head}${infer Tail}`
    ? Head extends NameCharacter
      ? TakeName<Tail, `${Name}${Head}`>
      : [Name, S]
    : [Name, '']

/** Walks a pattern character by character. `Depth` has an element for each open `{`, in which params are optional. */
type Walk<S extends string, Depth extends 1[], Found> = S extends `${infer Head}${infer Tail}`
  ? Head extends ':' | '*'
    ? TakeName<Tail> extends [infer Name extends string, infer Rest extends string]
      ? Walk<
          Rest,
          Depth,
          Found & (Depth extends [] ? { [K in Name]: string } : { [K in Name]?: string })
        >
      : never
    : Head extends '{'
      ? Walk<Tail, [...Depth, 1], Found>
      : Head extends '}'
        ? Walk<Tail, Depth extends [1, ...infer Less extends 1[]] ? Less : [], Found>
        : Head extends '\\'
          ? Walk<Tail extends `${string}${infer Rest}` ? Rest : '', Depth, Found>
          : Walk<Tail, Depth, Found>
  : Found

/**
 * The params of a pattern. Each is a string, and optional within `{}`.
 *
 * ```ts
 * type P = PathParams<'/posts/:id{/:page}'>   // { id: string; page?: string }
 * ```
 */
export type PathParams<Pattern extends string> = string extends Pattern
  ? { [name: string]: string }
  : Pattern extends `${string}${':' | '*'}${string}`
    ? Flat<Walk<Pattern, [], unknown>>
    : { [name in never]: string }

type Flat<T> = { [K in keyof T]: T[K] }

/** The converters of a pattern, by the names of its params. */
export type ConvertersFor<Pattern extends string> = {
  readonly [K in keyof PathParams<Pattern>]?: Converter<unknown>
}

/** The values of a view: the output of its converters, or strings. */
export type PathValues<Pattern extends string, Converters> = {
  [K in keyof PathParams<Pattern>]: K extends keyof Converters
    ? Converters[K] extends Converter<infer T>
      ? T
      : string
    : string
}

/** The values of a view with the defaults of its rule. A value with a default is always present. */
export type ValuesWithDefaults<Pattern extends string, Converters, Defaults> = [
  keyof Defaults,
] extends [never]
  ? PathValues<Pattern, Converters>
  : Flat<
      Omit<PathValues<Pattern, Converters>, keyof Defaults> & {
        [K in keyof Defaults]: K extends keyof PathParams<Pattern>
          ? Defaults[K] | NonNullable<PathValues<Pattern, Converters>[K]>
          : Defaults[K]
      }
    >
