/** An expected error, shown as one line: what was received, which rule it breaks, what to do. */
export class Refusal extends Error {
  /** The exit code: 2 for an invalid command line, 130 for Ctrl-C, 1 otherwise. */
  readonly exitCode: number
  /** The output of another program, shown before the line. */
  readonly detail: string

  constructor(message: string, exitCode = 1, detail = '') {
    super(message)
    this.exitCode = exitCode
    this.detail = detail
  }
}

/** Describes a file system error in words. */
export function fileProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return WORDS.get(code) ?? (error instanceof Error ? error.message : String(error))
}

const WORDS = new Map([
  ['EACCES', 'permission denied'],
  ['EPERM', 'permission denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space is left on the disk'],
  ['ENOTDIR', 'a file is in the way'],
  ['EEXIST', 'a file is in the way'],
  ['ENAMETOOLONG', 'the name is too long'],
])
