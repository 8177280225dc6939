/** The explanation of an error code, in addition to the message of the error. */
export interface Entry {
  /** What went wrong, and why that is an error. */
  readonly means: string
  /**
   * Code that throws the error, or a command that exits with it. In scope are all exports of the Phial packages,
   * an app as `app`, and its test client as `client`. The code may use `await`.
   */
  readonly example: string
  /** What to do. */
  readonly remedy: string
}

/** Explanations by error code. */
export type Catalogue = Readonly<Record<`ERR_PHIAL_${string}`, Entry>>
