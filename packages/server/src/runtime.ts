/** Whether this process is Node. Bun and Deno read TypeScript themselves, and have only some of Node's internal functions. */
export const isNode: boolean = !('bun' in process.versions || 'deno' in process.versions)

/**
 * Reports an unhandled rejection as an uncaught exception, as Node does if the process does not listen for rejections. Bun
 * would end the process.
 */
export function reportRejections(): void {
  if (isNode) return
  const events: NodeJS.EventEmitter = process
  process.on('unhandledRejection', (error) => {
    if (process.listenerCount('unhandledRejection') > 1) return
    if (!events.emit('uncaughtException', error, 'unhandledRejection')) throw error
  })
}
