import { existsSync, readFileSync, watch } from 'node:fs'
import { basename, dirname } from 'node:path'

/** Waits until a file matches a pattern. Resolves with the match. */
export function fileSays(path: string, pattern: RegExp): Promise<RegExpExecArray> {
  return new Promise((resolve) => {
    const look = (): void => {
      const found = existsSync(path) ? pattern.exec(readFileSync(path, 'utf8')) : null
      if (!found) return
      watcher.close()
      resolve(found)
    }
    const watcher = watch(dirname(path), (_event, name) => {
      if (name === basename(path)) look()
    })
    look()
  })
}
