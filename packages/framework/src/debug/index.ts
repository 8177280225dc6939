/**
 * The debug page, for programs that run an app in development: `import { debugged } from 'phial/debug'`.
 *
 * @module phial/debug
 */
export { debugged, errorApplication } from './debugged.ts'
export { type DebugPage, debugPage } from './page.ts'
