/** Modules that `build.ts` makes. */
declare module 'playground:lessons' {
  import type { Lesson } from '../lessons.ts'
  export const all: readonly Lesson[]
}
declare module 'playground:worker' {
  /** The worker's own code. */
  export const text: string
}
