/**
 * The parts of the framework that `@phial/cli` uses in addition to the public API. They are internal and may change in any
 * release, together with the `@phial/cli` of the same version.
 *
 * @module phial/tools
 */
export { findHandler } from './answer/errors.ts'
export { type Output, UsageError } from './commands/context.ts'
export { ruleOf } from './errors/catalogue/gateway.ts'
export { codes, entryOf } from './errors/catalogue/index.ts'
export { nearest } from './helpers/nearest.ts'
export { envFiles, type Variables, withEnvFiles } from './program/env-files.ts'
export { BUILT_IN, phial, type PhialOptions } from './program/phial.ts'
export { loading, Program, type ProgramOptions } from './program/program.ts'
export { isStrong, MAKE } from './sessions/secret.ts'
export { partsOf, type TemplateParts } from './templating/inspect.ts'
export type { Found } from './templating/loader.ts'
export { compileTemplate, writeBuild } from './templating/module.ts'
export type { Tag } from './templating/tags.ts'
