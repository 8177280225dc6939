/** Checks the teaching examples against the rules, as `phial-server --check` does. */
import type { ApplicationLike, Middleware } from '@phial/core'
import {
  checkApplication,
  checkMiddleware,
  isFaultless,
  verdictText,
} from '@phial/core/conformance'
import { expect, test } from 'vitest'
import { showEnviron } from '../../examples/01-hello-gateway/environ.ts'
import { helloWorld } from '../../examples/01-hello-gateway/get_started.ts'
import { application as dispatched } from '../../examples/02-url-dispatch/url_dispatch.ts'
import {
  errorPage,
  corrected,
  correctedErrorPage,
} from '../../examples/03-middleware/middleware.ts'
import { app as own } from '../../examples/04-own-framework/app.ts'
import { app as phial } from '../../examples/05-hello-phial/app.ts'
import { createApp as rung1 } from '../../examples/ladder/1-function/app.ts'
import { createApp as rung2 } from '../../examples/ladder/2-middleware/app.ts'
import { headAsGet, limitBody, withHeader } from '../../examples/ladder/2-middleware/middleware.ts'
import { createApp as rung3 } from '../../examples/ladder/3-router/app.ts'
import { createApp as rung4 } from '../../examples/ladder/4-framework/app.ts'
import { createApp as rung5 } from '../../examples/ladder/5-phial/app.ts'

const applications: Record<string, ApplicationLike> = {
  showEnviron,
  helloWorld,
  dispatched,
  corrected,
  own,
  phial,
  rung1: rung1(),
  rung2: rung2(),
  rung3: rung3(),
  rung4: rung4(),
  rung5: rung5(),
}

test.for(Object.entries(applications))('%s follows the rules', async ([, app]) => {
  const check = await checkApplication(app, { within: 20_000 })
  expect(check.faults).toEqual([])
  expect(check.verdicts.filter(({ verdict }) => verdict === 'broken').map(verdictText)).toEqual([])
})

const middleware: Record<string, Middleware> = {
  correctedErrorPage,
  headAsGet,
  limitBody: limitBody(1000),
  withHeader: withHeader('X-Test', 'yes'),
}

test.for(Object.entries(middleware))('%s follows the rules', async ([, one]) => {
  expect(isFaultless(await checkMiddleware(one))).toBe(true)
})

test('the error page of 2007 is reported, because it hides errors', async () => {
  const { verdicts } = await checkMiddleware(errorPage)
  expect(verdicts.filter(({ verdict }) => verdict === 'broken').map(({ rule }) => rule.id)).toEqual(
    ['MID-7'],
  )
})
