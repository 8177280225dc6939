/** `--pid`: the master's process id in a file, for whoever wants to send it a signal. */
import { readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { StartError, exitCodes } from '../errors.ts'

/**
 * Writes the file, whole or not at all, and gives the function that takes it away. One that a master
 * left behind is replaced. Throws a {@link StartError} where the process that it names still runs.
 */
export function writePidFile(path: string): () => void {
  const other = pidIn(path)
  if (other !== undefined && other !== process.pid && isRunning(other)) {
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

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
