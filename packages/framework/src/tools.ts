/**
 * What `@phial/cli` needs of the framework beyond its public names. It is internal: it changes with the framework in
 * any release, and `@phial/cli` of the same version changes with it.
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
