/**
 * The interface to the program that starts the server, such as systemd or an init script: the pid file, the sockets that
 * systemd passes on, and the notification that the server is ready.
 */
import { execFile, execFileSync } from 'node:child_process'
import { existsSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import { StartError, exitCodes } from '../errors.ts'
import type { ErrorLog } from '../logs/error.ts'

/**
 * Writes the process id of the master to a file atomically (`--pid`). Returns a function that removes the file. Replaces
 * the file of a master that has ended, even if another program has that process id now. Throws a {@link StartError} if
 * the file names a running `phial-server`, or cannot be written.
 */
export function writePidFile(given: string): () => void {
  const path = resolve(given) // the process may change its folder
  const other = pidIn(path)
  if (other !== undefined && other !== process.pid && isServer(other)) {
    throw new StartError(
      exitCodes.configuration,
      `--pid ${path}: already running on PID ${other}; stop that server, or choose another file`,
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
    return undefined // missing or unreadable; writing reports the reason
  }
}

/** Whether a process runs `phial-server`. The system reuses the id of a process that has ended. */
function isServer(pid: number): boolean {
  return commandOf(pid)
    .slice(0, 5)
    .some((word) => /^phial-server(\.js)?$/.test(basename(word)))
}

/** Returns the command line of a process. Empty if the process has ended. */
function commandOf(pid: number): string[] {
  try {
    return existsSync('/proc/self/cmdline')
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
      : execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' }).split(' ')
  } catch {
    return []
  }
}

/**
 * Returns the addresses of the sockets that systemd passed to this process (`LISTEN_PID`, `LISTEN_FDS`), in the format of
 * `--bind`: `fd://3`, `fd://4` and so on. Returns `undefined` if it passed none. sd_listen_fds(3)
 */
export function inheritedSockets(env: NodeJS.ProcessEnv, pid: number): string[] | undefined {
  const count = Number(env['LISTEN_FDS'] ?? 0)
  if (env['LISTEN_PID'] !== String(pid) || !Number.isInteger(count) || count < 1) return undefined
  return Array.from({ length: count }, (_, at) => `fd://${at + 3}`)
}

/** Returns the environment for child processes, without the variables that systemd set for this process. */
export function withoutSystemd(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, NOTIFY_SOCKET, ...others } = env
  void [LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, NOTIFY_SOCKET]
  return others
}

/**
 * Notifies systemd that the server is ready, if it waits for that (`NOTIFY_SOCKET`). Node cannot send to such a socket, so
 * this runs the program `systemd-notify`. The unit needs `NotifyAccess=all` unless it runs as root.
 */
export function notifyReady(env: NodeJS.ProcessEnv, log: ErrorLog): void {
  if (!env['NOTIFY_SOCKET']) return
  execFile('systemd-notify', ['--ready'], { env }, (error) => {
    if (error) log.warning(`Cannot notify systemd that the server is ready: ${error.message}`)
  })
}
