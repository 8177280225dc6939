import { expect, test } from 'vitest'
import { errorLog, humanLine, levels, zone } from '../../../packages/server/src/logs/error.ts'

test.each(levels)('at level %s, messages of at least this level are written', (level) => {
  const lines: string[] = []
  const log = errorLog(level, (text) => lines.push(text))
  for (const name of levels) log[name]('x')
  expect(lines.map((line) => /\[([A-Z]+)\] x\n$/.exec(line)?.[1]?.toLowerCase())).toEqual(
    levels.slice(levels.indexOf(level)),
  )
})

test('a line contains the time, the process id and the level', () => {
  const lines: string[] = []
  errorLog('info', (text) => lines.push(text)).info('Listening')
  expect(lines.join('')).toMatch(
    /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4}\] \[\d+\] \[INFO\] Listening\n$/,
  )
})

test('lines may have another format', () => {
  const lines: string[] = []
  errorLog(
    'info',
    (text) => lines.push(text),
    (level, message) => `${level}: ${message}`,
  ).error('x')
  expect(lines).toEqual(['error: x\n'])
  expect(humanLine('error', 'x')).toMatch(/\] \[ERROR\] x$/)
})

test('zone formats the offset of a time zone', () => {
  const at = (minutes: number): string => zone({ getTimezoneOffset: () => minutes } as Date)
  expect([at(0), at(-60), at(-330), at(210)]).toEqual(['+0000', '+0100', '+0530', '-0330'])
})
