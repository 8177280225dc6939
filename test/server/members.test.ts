import { expect, test } from 'vitest'
import { Members } from '../../packages/server/src/members.ts'

const make = (): { place: number } => ({ place: -1 })

test('adds and deletes members in any order, each once', () => {
  const members = new Members()
  const [one, two, three] = [make(), make(), make()]
  for (const item of [one, two, three, two]) members.add(item)
  expect(members.size).toBe(3)
  members.delete(one)
  members.delete(one)
  expect(new Set(members.all())).toEqual(new Set([two, three]))
  members.delete(three)
  members.delete(make())
  expect(members.all()).toEqual([two])
  members.delete(two)
  members.add(one)
  expect([members.size, members.all()[0]]).toEqual([1, one])
})

test('members may be deleted while all of them are visited', () => {
  const members = new Members()
  const items = Array.from({ length: 5 }, make)
  for (const item of items) members.add(item)
  const visited: unknown[] = []
  for (const item of members.all()) {
    visited.push(item)
    members.delete(item)
  }
  expect([visited, members.size]).toEqual([items, 0])
})
