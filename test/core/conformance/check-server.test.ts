import type { Application, Body } from '@phial/core'
import {
  checkServer,
  isFaultless,
  type Check,
  type ServerUnderCheck,
} from '@phial/core/conformance'
import { expect, test, vi } from 'vitest'
import { around, wrongly } from '../support/breaches.ts'
import { callClient } from '../support/clients.ts'

vi.spyOn(console, 'error').mockImplementation(() => undefined)

const broken = (check: Check): string[] =>
  check.verdicts.filter(({ verdict }) => verdict === 'broken').map(({ rule }) => rule.id)

/** Returns a server that is correct, except for a faulty middleware around its applications. */
const faulty =
  (act: Parameters<typeof around>[0]) =>
  (app: Application): ServerUnderCheck => ({ client: callClient(around(act)(app)) })

test('reports all rules as kept for a correct server, and stops each one that it starts', async () => {
  let open = 0
  const check = await checkServer((app) => {
    open++
    return { client: callClient(app), close: () => open-- }
  })
  expect(check.verdicts.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
  expect(check.verdicts.length).toBeGreaterThan(40)
  expect(isFaultless(check)).toBe(true)
  expect(open).toBe(0)
})

test('reports breaches that the client observes and those that the application observes', async () => {
  const start = faulty((app, environ, startResponse) => {
    environ['HTTP_PROXY'] = 'evil:1'
    environ['SERVER_PORT'] = wrongly(80)
    return app(environ, startResponse)
  })
  const check = await checkServer(start, 300)
  expect(broken(check)).toEqual(['ENV-3', 'ENV-12', 'SRV-20'])
  expect(check.verdicts.find(({ rule }) => rule.id === 'ENV-3')?.found).toMatch(/SERVER_PORT/)
  expect(check.verdicts.find(({ rule }) => rule.id === 'SRV-5')).toMatchObject({
    verdict: 'unseen',
    found: 'every environ broke a rule, so no application was run',
  })
})

test.each([
  ['SRV-1', (app, environ, startResponse) => wrongly<(...args: unknown[]) => Body>(app)(environ, startResponse, {})],
  ['SRV-3', (app, environ, startResponse) => app(environ, wrongly((...args: Parameters<typeof startResponse>) => void startResponse(...args)))],
  ['SRV-6', async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    const { close } = body
    body.close = async () => { await close?.call(body); await close?.call(body) }
    return body
  }],
  ['SRV-5', async (app, environ, startResponse) => {
    const body = await app(environ, startResponse)
    if (Array.isArray(body)) return body
    const chunks = Symbol.asyncIterator in body ? body[Symbol.asyncIterator]() : body[Symbol.iterator]()
    return Object.assign((async function* eager() {
      for (let step = await chunks.next(); step.done !== true; step = await chunks.next()) yield step.value
      await chunks.next()
    })(), { close: () => body.close?.() })
  }],
] satisfies [string, Parameters<typeof around>[0]][])('reports a server that breaks %s', async (rule, act) => {
  expect(broken(await checkServer(faulty(act), 300))).toContain(rule)
}) // prettier-ignore

test('reports rules as unseen if the server never calls its application', async () => {
  const silent = { status: '', headers: [], body: '', complete: false }
  const check = await checkServer(() => ({ client: async () => silent }), 300)
  expect(check.verdicts.find(({ rule }) => rule.id === 'ENV-1')).toMatchObject({
    verdict: 'unseen',
    found: 'the server never called an application',
  })
  expect(broken(check)).toContain('SRV-13')
})

test('rejects with the error of a server that cannot be started', async () => {
  const start = (): never => {
    throw new Error('the port is taken')
  }
  await expect(checkServer(start)).rejects.toThrow('the port is taken')
})
