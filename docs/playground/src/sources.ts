/**
 * The sources that X-ray reads in the playground: the student's files, and the modules that the worker was bundled from.
 * In the bundle, esbuild writes a comment with the path above each module.
 */
import type { Sources } from '@phial/xray'
import { PREFIX } from './modules.ts'
import type { File } from './protocol.ts'

/** The URL of the worker's own code in stack traces. */
export const BUNDLE = 'file:///phial/worker.js'

const MARK = /^\/\/ (?:\.\.\/)*((?:packages|docs|node_modules)\/\S+)$/

export function makeSources(files: readonly File[], bundle: string): Sources {
  const texts = new Map(files.map(({ name, text }) => [PREFIX + name, text]))
  const lines = bundle.split('\n')
  /** Returns the path of the module that contains a row of the bundle, and the row of the comment above the module. */
  const moduleAt = (row: number): [path: string, mark: number] => {
    for (let mark = Math.min(row, lines.length); mark > 0; mark -= 1) {
      const path = MARK.exec(lines[mark - 1] ?? '')?.[1]
      if (path !== undefined) return [path, mark]
    }
    return ['', 0]
  }
  return {
    rewriteStack: (stack) =>
      stack.replaceAll(new RegExp(`${BUNDLE}:(\\d+)`, 'g'), (_, row: string) => {
        const [path, mark] = moduleAt(Number(row))
        return `/${path}:${Number(row) - mark}`
      }),
    read: (file) => {
      const text = texts.get(file)
      if (text !== undefined) return text
      const from = lines.findIndex((line) => MARK.exec(line)?.[1] === file.slice(1)) + 1
      const end = lines.findIndex((line, at) => at >= from && MARK.test(line))
      return lines.slice(from, end === -1 ? undefined : end).join('\n')
    },
  }
}
