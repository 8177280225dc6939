import { expect, test } from 'vitest'
import { Findings } from '../../../packages/cli/src/doctor/finding.ts'

test('adds a finding only if its condition is true', () => {
  const found = new Findings('tea')
  found.fault(true, 'It is cold.')
  found.fault(false, 'It is gone.')
  found.note(true, 'It is green.')
  found.note(false, 'It is black.')
  expect(found.all).toEqual([
    { level: 'fault', about: 'tea', text: 'It is cold.' },
    { level: 'note', about: 'tea', text: 'It is green.' },
  ])
})
