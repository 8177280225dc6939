import { expect, test } from 'vitest'
import { LIMITS, readReport } from '../../../docs/playground/src/protocol.ts'

const read = (value: unknown) => readReport(JSON.stringify(value))

test.for([
  { kind: 'ready' },
  { kind: 'done' },
  { kind: 'log', level: 'warn', text: 'tea' },
  { kind: 'problem', problem: { message: 'cold', place: { file: 'a.ts', row: 1, column: 2 } } },
  { kind: 'checked' },
  { kind: 'answer' },
  { kind: 'answer', answer: { status: '200 OK', headers: [['A', 'b']], bytes: 0, isCut: false } },
  { kind: 'rules', verdicts: [], faults: ['slow'] },
])('%j is a valid report', (report) => {
  expect(read(report)).toEqual(report)
})

test.for([
  null,
  'ready',
  { kind: 'other' },
  { kind: 'log', level: 'warn', text: {} },
  { kind: 'problem', problem: { message: 'cold', place: { file: 'a.ts', row: '1', column: 2 } } },
  { kind: 'problem', problem: { message: 'cold', rule: 1 } },
  { kind: 'checked', problem: 'cold' },
  { kind: 'answer', answer: { status: 200 } },
  { kind: 'answer', answer: { status: '200', headers: [['A']], bytes: 0, isCut: false } },
  { kind: 'answer', picture: 'x' },
  { kind: 'rules', verdicts: [{ rule: 'APP-1', verdict: 'good' }], faults: [] },
])('%j is not a valid report', (report) => {
  expect(read(report)).toBeUndefined()
})

test('a value that is not JSON, not text or too long is not a valid report', () => {
  expect(readReport('{')).toBeUndefined()
  expect(readReport({ kind: 'done' })).toBeUndefined()
  expect(read({ kind: 'log', level: 'log', text: 'x'.repeat(LIMITS.report) })).toBeUndefined()
})
