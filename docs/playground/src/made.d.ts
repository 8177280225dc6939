/** Modules that `build.ts` makes. */
declare module 'playground:lessons' {
  import type { Lesson } from '../lessons.ts'
  export const all: readonly Lesson[]
}
declare module 'playground:sandbox' {
  /** `sandbox.html`, with the hash of its script. */
  export const page: string
}
declare module 'playground:worker' {
  /** The worker's own code. */
  export const text: string
}
