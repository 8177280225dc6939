/** What systemd and a service say to each other: sockets that are handed down, and that it is ready. */
import { execFile } from 'node:child_process'
import type { ErrorLog } from '../logs/error.ts'

/**
 * The addresses of the sockets that were handed to this process (`LISTEN_PID`, `LISTEN_FDS`), as
 * `--bind` takes them: `fd://3` and on. Nothing if there are none. sd_listen_fds(3)
 */
export function socketsHandedDown(env: NodeJS.ProcessEnv, pid: number): string[] | undefined {
  const count = Number(env['LISTEN_FDS'] ?? 0)
  if (env['LISTEN_PID'] !== String(pid) || !Number.isInteger(count) || count < 1) return undefined
  return Array.from({ length: count }, (_, at) => `fd://${at + 3}`)
}

/** The environment for those that this process starts: they are not spoken of in it. */
export function withoutSystemd(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, NOTIFY_SOCKET, ...others } = env
  void [LISTEN_PID, LISTEN_FDS, LISTEN_FDNAMES, NOTIFY_SOCKET]
  return others
}

/**
 * Tells systemd that the service is ready, where it wants to know (`NOTIFY_SOCKET`). Node cannot send
 * to such a socket itself; the program `systemd-notify` does, so the unit needs `NotifyAccess=all`
 * unless it runs as root.
 */
export function notifyReady(env: NodeJS.ProcessEnv, log: ErrorLog): void {
  if (!env['NOTIFY_SOCKET']) return
  execFile('systemd-notify', ['--ready'], { env }, (error) => {
    if (error) log.warning(`systemd was not told that the server is ready: ${error.message}`)
  })
}
