/** The explanation of an error code, in addition to the message of the error. */
export interface Entry {
  /** What happened, and why it is an error. */
  readonly means: string
  /**
   * Code that throws the error, or a command that exits with it. All exports of the Phial packages are in scope, as
   * are an app, `app`, and its test client, `client`. The code may use `await`.
   */
  readonly example: string
  /** What to do. */
  readonly remedy: string
}

/** Explanations by error code. */
export type Catalogue = Readonly<Record<`ERR_PHIAL_${string}`, Entry>>
