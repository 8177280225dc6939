import { setupTestingDefaults } from '@phial/core'
import { expect, test } from 'vitest'
import { Gallery } from '../../packages/xray/src/gallery.ts'
import { Recorder } from '../../packages/xray/src/recorder.ts'

const picture = () => new Recorder(setupTestingDefaults({})).picture

test('keeps the most recent pictures, the latest first', () => {
  const gallery = new Gallery(2)
  const [one, two, three] = [picture(), picture(), picture()]
  for (const each of [one, two, three]) gallery.add(each)
  expect(gallery.pictures.map(({ id }) => id)).toEqual([three.id, two.id])
  expect(gallery.find(two.id)).toBe(two)
  expect(gallery.find(one.id)).toBeUndefined()
})

test('next() resolves at the next change, and when its signal fires', async () => {
  const gallery = new Gallery(2)
  const next = gallery.next()
  gallery.add(picture())
  await next
  const leaving = new AbortController()
  const never = gallery.next(leaving.signal)
  leaving.abort()
  await never
})
