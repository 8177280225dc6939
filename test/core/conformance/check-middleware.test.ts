import { proxyFix, type Middleware } from '@phial/core'
import { checkMiddleware, isFaultless, type Check } from '@phial/core/conformance'
import { expect, test, vi } from 'vitest'
import { around, TEXT } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

const ids = (check: Check, wanted: string): string[] =>
  check.verdicts.filter(({ verdict }) => verdict === wanted).map(({ rule }) => rule.id)

test('reports all rules as kept for correct middleware', async () => {
  const check = await checkMiddleware(proxyFix())
  expect(ids(check, 'kept')).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `MID-${number}`))
  expect(isFaultless(check)).toBe(true)
})

test('reports the rule that faulty middleware breaks, and logs nothing', async () => {
  const logged = vi.spyOn(console, 'error')
  const dropsExcInfo = around((app, environ, startResponse) =>
    app(environ, (status, headers) => startResponse(status, headers)),
  )
  const { verdicts } = await checkMiddleware(dropsExcInfo)
  expect(verdicts.filter(({ verdict }) => verdict === 'broken')).toMatchObject([
    { rule: { id: 'MID-3' }, found: expect.stringMatching(/^"passes excInfo on" failed: /) },
  ])
  expect(logged).not.toHaveBeenCalled()
  logged.mockRestore()
})

test('checks only the responses of middleware that never calls the inner application', async () => {
  const rejects: Middleware = () => (_environ, startResponse) => {
    startResponse('403 Forbidden', [TEXT])
    return [bytes('no')]
  }
  const check = await checkMiddleware(rejects)
  expect(ids(check, 'kept')).toEqual(['MID-2'])
  expect(ids(check, 'broken')).toEqual([])
  expect(ids(check, 'unseen')).toHaveLength(6)
})
