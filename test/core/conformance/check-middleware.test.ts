import { proxyFix, type Middleware } from '@phial/core'
import { checkMiddleware, isFaultless, type Check } from '@phial/core/conformance'
import { expect, test, vi } from 'vitest'
import { around, TEXT } from '../support/breaches.ts'
import { bytes } from '../support/bytes.ts'

const ids = (check: Check, wanted: string): string[] =>
  check.verdicts.filter(({ verdict }) => verdict === wanted).map(({ rule }) => rule.id)

test('good middleware keeps all rules', async () => {
  const check = await checkMiddleware(proxyFix())
  expect(ids(check, 'kept')).toEqual([1, 2, 3, 4, 5, 6, 7].map((number) => `MID-${number}`))
  expect(isFaultless(check)).toBe(true)
})

test('bad middleware is told which rule it breaks, and nothing is logged', async () => {
  const logged = vi.spyOn(console, 'error')
  const dropsExcInfo = around((app, environ, startResponse) =>
    app(environ, (status, headers) => startResponse(status, headers)),
  )
  const { verdicts } = await checkMiddleware(dropsExcInfo)
  expect(verdicts.filter(({ verdict }) => verdict === 'broken')).toMatchObject([
    { rule: { id: 'MID-3' }, found: expect.stringMatching(/^passes excInfo on: no, /) },
  ])
  expect(logged).not.toHaveBeenCalled()
  logged.mockRestore()
})

test('of middleware that never calls the application within, only its own answers are seen', async () => {
  const refuses: Middleware = () => (_environ, startResponse) => {
    startResponse('403 Forbidden', [TEXT])
    return [bytes('no')]
  }
  const check = await checkMiddleware(refuses)
  expect(ids(check, 'kept')).toEqual(['MID-2'])
  expect(ids(check, 'broken')).toEqual([])
  expect(ids(check, 'unseen')).toHaveLength(6)
})
