import { readFileSync } from 'node:fs'
import { rules } from '@phial/core'
import { middlewareCases, serverCases } from '@phial/core/conformance'
import { expect, test } from 'vitest'
import { SPEC, specText, TEMPLATE } from '../../../packages/core/spec/spec.ts'
import { badApplications, badEnvirons, badServers } from '../support/breaches.ts'

const template = readFileSync(TEMPLATE, 'utf8')

test('SPEC.md matches the table of rules (run `pnpm spec` to update it)', () => {
  expect(readFileSync(SPEC, 'utf8')).toBe(specText(template))
})

test('ids are unique and numbered without gaps', () => {
  for (const kind of ['ENV', 'APP', 'SRV', 'MID']) {
    const ids = rules.map(({ id }) => id).filter((id) => id.startsWith(`${kind}-`))
    expect(ids).toEqual(ids.map((_id, at) => `${kind}-${at + 1}`))
  }
})

test('every rule has a test that breaks it', () => {
  const broken = new Set([
    ...badEnvirons.map(([rule]) => rule),
    ...badApplications.map(([rule]) => rule),
    ...badServers.map(([rule]) => rule),
    ...[...serverCases, ...middlewareCases].map(({ rule }) => rule),
    'APP-20',
  ])
  expect(rules.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([])
})

test('every rule that the template mentions exists', () => {
  const ids = new Set(rules.map(({ id }) => id))
  const named = template.match(/\b(?:ENV|APP|SRV|MID)-\d+/g) ?? []
  expect(named.length).toBeGreaterThan(30)
  expect(named.filter((id) => !ids.has(id))).toEqual([])
})
