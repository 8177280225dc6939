/** What the process that listens and the one that runs the application say to each other. */
import type { ReloadOptions } from '../reload.ts'

/** How a child is started: its one argument, as JSON. */
export type Start = Pick<ReloadOptions, 'app' | 'folder' | 'told' | 'accessLogformat'> & {
  readonly maker: string
}

/** To the child: a connection, with what was read of it, in base64; or to finish and end. */
export type ToChild =
  | { readonly kind: 'connection'; readonly head: string }
  | { readonly kind: 'retire' }

/** From the child: a file that it read, or that it serves now. */
export type FromChild =
  | { readonly kind: 'watch'; readonly file: string }
  | { readonly kind: 'ready'; readonly isBroken: boolean }
