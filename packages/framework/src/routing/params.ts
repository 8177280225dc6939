/**
 * What a pattern's text says about its view's values, for the type checker.
 *
 * Each route's types stand alone: nothing accumulates over the app, so checking stays linear in
 * the number of routes.
 */
import type { Converter } from './converters.ts'

type Lower = 'abcdefghijklmnopqrstuvwxyz'
type Letters<S extends string> = S extends `${infer Head}${infer Tail}`
  ? Head | Letters<Tail>
  : never
type NameCharacter = Letters<Lower> | Letters<Uppercase<Lower>> | Letters<'0123456789_$'>

/** The name at the start of a text, and what follows it. */
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

/** Walks a pattern by character. `Depth` has an element for each `{` that is open: its params are optional. */
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
 * The params of a pattern: a string each, optional within `{}`.
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

/** The converters that a pattern may be given: by the names of its params. */
export type ConvertersFor<Pattern extends string> = {
  readonly [K in keyof PathParams<Pattern>]?: Converter<unknown>
}

/** A view's values: as its converters make them, else strings. */
export type PathValues<Pattern extends string, Converters> = {
  [K in keyof PathParams<Pattern>]: K extends keyof Converters
    ? Converters[K] extends Converter<infer T>
      ? T
      : string
    : string
}

/** A view's values with the rule's defaults: what has a default is always there. */
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
