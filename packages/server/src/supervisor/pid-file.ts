/** `--pid`: the master's process id in a file, for operators and scripts that send it signals. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { StartError, exitCodes } from '../errors.ts'

/**
 * Writes the file, whole or not at all, and returns the function that removes it. A file that a master left behind
 * is replaced, also if its process id belongs to another program by now. Throws a {@link StartError} if it names a
 * `phial-server` that runs.
 */
export function writePidFile(given: string): () => void {
  const path = resolve(given) // the process may move to another folder
  const other = pidIn(path)
  if (other !== undefined && other !== process.pid && isServer(other)) {
    throw new StartError(
      exitCodes.configuration,
      `--pid ${path}: already running on PID ${other}; stop that, or name another file`,
    )
  }
  try {
    const fresh = `${path}.${process.pid}`
    writeFileSync(fresh, `${process.pid}\n`)
    renameSync(fresh, path)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartError(exitCodes.configuration, `--pid ${path} cannot be written: ${reason}`)
  }
  return () => {
    if (pidIn(path) === process.pid) unlinkSync(path)
  }
}

function pidIn(path: string): number | undefined {
  try {
    const text = readFileSync(path, 'utf8').trim()
    return /^[1-9]\d{0,9}$/.test(text) ? Number(text) : undefined
  } catch {
    return undefined // there is none, or none that can be read: writing tells
  }
}

/** Whether a process runs `phial-server`. An id is given to other processes once its own has ended. */
function isServer(pid: number): boolean {
  return commandOf(pid)
    .slice(0, 5)
    .some((word) => /^phial-server(\.js)?$/.test(basename(word)))
}

/** The words that a process was started with; none if it has ended. */
function commandOf(pid: number): string[] {
  try {
    return existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).split(' ')
  } catch {
    return []
  }
}
