/**
 * The record of one request: plain JSON, with secrets masked. `recorder.ts` writes it, the pages and `text.ts` draw
 * it, `replay.ts` sends it again. Times are milliseconds since the request arrived.
 */
export interface Picture {
  readonly id: number
  /** When the request arrived, formatted by `Date.toISOString`. */
  readonly time: string
  readonly request: {
    readonly method: string
    readonly target: string
    readonly protocol: string
    readonly headers: [name: string, value: string][]
    /** The string entries of the environ that the server created. */
    readonly environ: Readonly<Record<string, string>>
    readonly body: CapturedBody
  }
  /** The outermost application. */
  top: Layer | undefined
  readonly answer: {
    status: string
    headers: [name: string, value: string][]
    /** The first 50 chunks. */
    chunks: Chunk[]
    bytes: number
    /** The error that no layer caught. The server answers 500, or closes the connection if the response has begun. */
    broke: string | undefined
  }
  /** The time until the body was closed. `undefined` until then. */
  duration: number | undefined
}

/** The part of a request's body that the application has read, at most 64 KiB, as text or in base64. */
export type CapturedBody = { readonly bytes: number; readonly isCut: boolean } & (
  | { readonly text: string }
  | { readonly base64: string }
)

/** One application that the request passed through, or a part of an application, drawn with `span`. */
export interface Layer {
  readonly kind: 'application' | 'part'
  /** Empty for a function without a name. */
  readonly name: string
  /** The source line of its first recorded action, such as `middleware.ts:18`. Empty unless it is the user's own code. */
  place: string
  /** The declaration that contains the line: `errorPage` if the layer is a function that `errorPage` returned. */
  declared: string
  /** The beginning of its source text. */
  readonly source: string
  readonly entered: number
  /** When it returned or threw. Its body may still be in progress. */
  left: number | undefined
  /** The first 100 periods in which it ran, including the layers inside it. */
  readonly work: [from: number, to: number][]
  /** The total length of all such periods. */
  busy: number
  /** The changes that it made to `environ` before it called the next layer. */
  changes: Change[]
  readonly events: LayerEvent[]
  readonly layers: Layer[]
}

/** One key of `environ` that a layer changed, as JSON. */
export interface Change {
  readonly key: string
  /** `undefined` if the key was added. */
  readonly before: string | undefined
  /** `undefined` if the key was removed. */
  readonly after: string | undefined
}

/** A chunk of the answer. */
export interface Chunk {
  readonly at: number
  readonly bytes: number
  /** The beginning, as text. */
  readonly text: string
}

/** An action of a layer, and its time. */
export type LayerEvent = { readonly at: number } & (
  | {
      readonly kind: 'startResponse'
      readonly status: string
      readonly headers: [name: string, value: string][]
      /** `excInfo`: the error because of which an earlier status and headers are replaced. */
      readonly because: string | undefined
      /** Why the outer layer rejected the call. */
      refused: string | undefined
    }
  | { readonly kind: 'note'; readonly what: string; readonly detail: unknown }
  | { readonly kind: 'read'; readonly bytes: number }
  | { readonly kind: 'returned'; readonly what: string }
  | { readonly kind: 'threw'; readonly error: string }
  | { readonly kind: 'chunk'; readonly bytes: number; readonly text: string }
  /** A chunk passed to the `write` that `startResponse` returned, instead of the body. */
  | { readonly kind: 'wrote'; readonly bytes: number; readonly text: string }
  /** A body that is not an array has ended. */
  | { readonly kind: 'ended' }
  | { readonly kind: 'closed' }
)
