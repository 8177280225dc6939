/**
 * What X-ray keeps of one request: plain JSON, with secrets masked. `recorder.ts` writes it, the pages
 * and `text.ts` draw it, `replay.ts` sends it again. Times are milliseconds since the request came.
 */
export interface Picture {
  readonly id: number
  /** When the request came, as in `Date.toISOString`. */
  readonly time: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly protocol: string
    readonly headers: [name: string, value: string][]
    /** What is text in the environ, as the server made it. */
    readonly environ: Readonly<Record<string, string>>
    readonly body: CapturedBody
  }
  /** The outermost application. */
  top: Layer | undefined
  readonly answer: {
    status: string
    headers: [name: string, value: string][]
    /** The first fifty. */
    chunks: Chunk[]
    bytes: number
    /** The error that nobody inside caught: the server answers with 500 itself, or cuts what is under way. */
    broke: string | undefined
  }
  /** How long it took until the body was closed; `undefined` as long as it is not. */
  duration: number | undefined
}

/** What the application has read of a request's body: text, or bytes in base64, the first 64 KiB of it. */
export type CapturedBody = { readonly bytes: number; readonly isCut: boolean } & (
  | { readonly text: string }
  | { readonly base64: string }
)

/** One application on the way, or a part of one that wanted to be seen. */
export interface Layer {
  readonly kind: 'application' | 'part'
  /** Empty for a function without a name. */
  readonly name: string
  /** Where in the source it first did something: `middleware.ts:18`. Empty where that is not the user's own. */
  place: string
  /** What was declared there: `errorPage`, if the layer is a function that `errorPage` made. */
  declared: string
  /** The beginning of its source text. */
  readonly source: string
  readonly entered: number
  /** When it returned or threw; a body may still be going on. */
  left: number | undefined
  /** When it was at work, from and to, that of the layers inside of it included: the first hundred times. */
  readonly work: [from: number, to: number][]
  /** How long that was altogether. */
  busy: number
  /** What it changed in `environ` before it called the next. */
  changes: Change[]
  readonly events: LayerEvent[]
  readonly layers: Layer[]
}

/** One key of `environ` that a layer changed, as JSON. */
export interface Change {
  readonly key: string
  /** `undefined`: it was not there. */
  readonly before: string | undefined
  /** `undefined`: it was taken out. */
  readonly after: string | undefined
}

/** A chunk of the answer. */
export interface Chunk {
  readonly at: number
  readonly bytes: number
  /** The beginning, as text. */
  readonly text: string
}

/** Something that a layer did, and when. */
export type LayerEvent = { readonly at: number } & (
  | {
      readonly kind: 'startResponse'
      readonly status: string
      readonly headers: [name: string, value: string][]
      /** `excInfo`: the error for which what was announced before is given up. */
      readonly because: string | undefined
      /** Why the layer outside would not have it. */
      refused: string | undefined
    }
  | { readonly kind: 'note'; readonly what: string; readonly detail: unknown }
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'returned'; readonly what: string }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'chunk'; readonly bytes: number; readonly text: string }
  /** By what startResponse gave it, instead of its body. */
  | { readonly kind: 'wrote'; readonly bytes: number; readonly text: string }
  /** Its body, which came chunk by chunk, is at its end. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'closed' }
)
