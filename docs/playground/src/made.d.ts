/** Modules that `build.ts` generates. */
declare module 'playground:lessons' {
  import type { Lesson } from '../lessons.ts'
  export const all: readonly Lesson[]
}
declare module 'playground:sandbox' {
  /** `sandbox.html`, with the hash of its script. */
  export const page: string
}
declare module 'playground:worker' {
  /** The source of the worker. */
  export const text: string
}
