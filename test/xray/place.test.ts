import { expect, test } from 'vitest'
import { placeOfCaller } from '../../packages/xray/src/place.ts'

test('names the file and the line that called', () => {
  expect(placeOfCaller()).toMatch(/^place\.test\.ts:\d+$/)
})
