import { expect, test } from 'vitest'
import { reportOf } from '../../../packages/framework/dist/debug/report.js'
import { MASK } from '../../../packages/framework/dist/debug/secrets.js'
import { makeApp, secretKey } from './app.ts'

test('a report contains no secret in messages, causes and source lines', async () => {
  const context = makeApp().testRequestContext('/orders/7')
  const error = new Error(`not ${secretKey}`, { cause: new Error(`nor ${secretKey}`) })
  const inSource = 'the-key-of-the-house-of-32-signs'
  const other = new Error(`it is in the previous line, with ${inSource.length} characters`)
  for (const thrown of [error, other]) {
    const report = await reportOf(thrown, { context, environ: context.request.environ })
    expect(JSON.stringify(report)).not.toContain(secretKey)
    expect(JSON.stringify(report)).toContain(MASK)
  }
})

test('a report has no request if the application could not be loaded', async () => {
  const report = await reportOf(new Error('no'), {})
  expect(report).toMatchObject({ request: undefined, facts: [], trace: { message: 'no' } })
})
