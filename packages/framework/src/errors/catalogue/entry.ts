/** What is known about a code, beside the error's own message. */
export interface Entry {
  /** What went wrong, and why that is an error. */
  readonly means: string
  /**
   * Code that raises it, or a command that ends with it. At hand are all that our packages export,
   * `app`, an app, and `client`, its test client; it may await.
   */
  readonly example: string
  /** What to do. */
  readonly remedy: string
}

/** Codes with what is known about them. */
export type Catalogue = Readonly<Record<`ERR_PHIAL_${string}`, Entry>>
