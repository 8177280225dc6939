/**
 * Runs a page's blocks in one process: to start Node, and to load what they all import, takes far longer than
 * any of them. A block that throws, at once or later, ends the process, as it would have ended its own.
 */
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'

process.on('message', (file: string) => {
  // Told that no more comes, it ends by itself, if no block has left anything open.
  if (file === '') process.disconnect()
  else void import(pathToFileURL(resolve(file)).href).then(() => process.send?.(file))
})
