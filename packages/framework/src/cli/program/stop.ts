/** The end of a server in a terminal. */

/**
 * Waits for Ctrl-C or TERM, and closes: what is under way is finished. A second signal cuts it, and ends
 * the program with 130.
 */
export async function untilStopped(
  server: { close(force?: boolean): Promise<void> },
  say: (line: string) => void,
): Promise<void> {
  await new Promise<void>((stop) => {
    process.once('SIGINT', () => stop())
    process.once('SIGTERM', () => stop())
  })
  let isHurried = false
  const hurry = (): void => {
    isHurried = true
    void server.close(true)
  }
  process.once('SIGINT', hurry)
  process.once('SIGTERM', hurry)
  say('Stopping: finishing what is under way. A second Ctrl-C cuts it.')
  await server.close()
  if (isHurried) process.exit(130)
}
