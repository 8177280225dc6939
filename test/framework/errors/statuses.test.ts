import { STATUS_CODES } from 'node:http'
import { Response } from 'phial'
import { expect, test } from 'vitest'

test('reason phrases are those of Node, and that of Flask for 413', () => {
  const expected: Record<string, string | undefined> = {
    ...STATUS_CODES,
    413: 'Request Entity Too Large',
    418: "I'm a Teapot",
  }
  const known = Array.from({ length: 400 }, (_, index) => new Response('', { status: index + 200 }))
    .filter(({ statusText }) => statusText !== 'Unknown')
    .map(({ status, statusText }) => [status, statusText])
  expect(known.length).toBeGreaterThan(55)
  expect(known).toEqual(known.map(([status]) => [status, expected[String(status)]]))
})
