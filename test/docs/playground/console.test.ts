import { expect, test } from 'vitest'
import { makeConsole } from '../../../docs/playground/src/console.ts'
import { LIMITS } from '../../../docs/playground/src/protocol.ts'

function written(say: (console: Console) => void): [level: string, text: string][] {
  const lines: [string, string][] = []
  say(makeConsole((level, text) => void lines.push([level, text])) as Console)
  return lines
}

test('values are formatted as by a console', () => {
  const lines = written((console) => {
    console.log('a', 1, { b: 'c' }, '%s')
    console.warn('%s of %d', 'one', 2, 'more', { a: 1 })
    console.error(new Error('cold'))
    console.log()
    console.time('x')
  })
  expect(lines).toEqual([
    ['log', "a 1 { b: 'c' } %s"],
    ['warn', 'one of 2 more { a: 1 }'],
    ['error', 'Error: cold'],
    ['log', ''],
  ])
})

test('the number of lines and their length are limited', () => {
  const lines = written((console) => {
    for (let line = 0; line < LIMITS.lines * 3; line += 1) console.log('x'.repeat(LIMITS.line * 2))
  })
  expect(lines).toHaveLength(LIMITS.lines + 1)
  expect(lines[0]?.[1]).toHaveLength(LIMITS.line + 1)
  expect(lines.at(-1)).toEqual(['warn', `The console shows the first ${LIMITS.lines} lines.`])
})
