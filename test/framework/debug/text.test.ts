import { call } from '@phial/core'
import { expect, test } from 'vitest'
import { reportOf } from '../../../packages/framework/dist/debug/report.js'
import { asText } from '../../../packages/framework/dist/debug/text.js'
import { ask, header } from './support.ts'

test('a terminal gets the error, its frames, the source of the first one and the causes as text', async () => {
  const { answer } = await ask('/orders/7', { Accept: '*/*' })
  const text = answer.text()
  expect(header(answer, 'content-type')).toBe('text/plain; charset=utf-8')
  expect(text).toMatch(
    /^GET http:\/\/localhost\/orders\/7\n\nError: Order 7 could not be read from the archive\n {4}at findOrder \(\S*app\.ts:\d+:\d+\)\n/,
  )
  expect(text).toMatch(/\n {6}> +\d+ \| +throw new Error\(`Order/)
  expect(text).toContain('\nCaused by: SyntaxError: ')
  expect(text).not.toContain('<')
})

test('a program gets problem details', async () => {
  const { answer } = await ask('/orders/7', { Accept: 'application/json' })
  expect(header(answer, 'content-type')).toBe('application/problem+json')
  expect(answer.json()).toMatchObject({
    status: 500,
    title: 'Internal Server Error',
    detail: 'Error: Order 7 could not be read from the archive',
    error: {
      name: 'Error',
      stack: expect.arrayContaining([
        { in: 'findOrder', at: expect.stringMatching(/app\.ts:\d+:\d+$/) },
      ]) as unknown,
      causes: [{ name: 'SyntaxError' }],
    },
  })
})

test('explains an error code of Phial', async () => {
  const { answer } = await ask('/link', { Accept: '*/*' })
  expect(answer.text()).toMatch(
    /\n\n`urlFor` received .*\n.*\nphial explain ERR_PHIAL_ENDPOINT_UNKNOWN\n/,
  )
})

test('explains a violated rule of the gateway', async () => {
  const error: unknown = await call((_environ, startResponse) => {
    startResponse('200', [])
    return []
  }).catch((error: unknown) => error)
  expect(asText(await reportOf(error, {}))).toMatch(/\nphial explain APP-\d+\n/)
})
