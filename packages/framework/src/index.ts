export { any, float, int, path, string, uuid } from './routing/converters.ts'
export type {
  ConfigurableConverter,
  Converter,
  IntOptions,
  NumberOptions,
  StringOptions,
} from './routing/converters.ts'
export { PatternError } from './routing/pattern.ts'
export type { ConvertersFor, PathParams, PathValues } from './routing/params.ts'
export { Router } from './routing/router.ts'
export type { Match, Rule, RuleOptions } from './routing/router.ts'
export { BuildError } from './routing/url.ts'
export type { UrlValues } from './routing/url.ts'
