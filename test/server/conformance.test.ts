import { errorStream, validator, type Application } from '@phial/core'
import { checkServer, runCase, serverCases } from '@phial/core/conformance'
import { WsgiServer } from '@phial/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { socketClient } from '@phial/server/conformance'
import { phialServer, type Command } from './support/command.ts'
import { carrying, transports } from './support/transport.ts'

const layers = [
  ['bare', (app: Application) => app],
  ['validated', validator],
] as const

describe.each(layers)('the reference server, %s', (_, wrap) => {
  test.each(serverCases)('$rule $name', async (one) => {
    const server = new WsgiServer(
      { host: '127.0.0.1', port: 0 },
      { errors: errorStream(() => undefined) },
    )
    server.setApp(wrap(one.app()))
    server.listen()
    const served = server.serveForever()
    await server.ready()
    const { found } = await runCase(one, socketClient(server.serverPort))
    expect(found).toBeUndefined()
    await server.close()
    await served
  })
})

describe.each(transports)('the transport %s', (_, make) => {
  describe.each(layers)('%s', (_, wrap) => {
    test.each(serverCases)('$rule $name', async (one) => {
      await using carried = await carrying(make, wrap(one.app()))
      const { found } = await runCase(one, socketClient(carried.port))
      expect(found).toBeUndefined()
    })
  })
})

test.each(transports)(
  'a check of the transport %s finds that each rule is kept, including those of the environ',
  async (_, make) => {
    const { verdicts } = await checkServer(async (app) => {
      const carried = await carrying(make, app)
      return { client: socketClient(carried.port), close: () => carried[Symbol.asyncDispose]() }
    })
    expect(verdicts.filter(({ verdict }) => verdict !== 'kept')).toEqual([])
  },
)

describe('phial-server', () => {
  let command: Command
  let port = 0
  beforeAll(async () => {
    command = phialServer(['-b', '127.0.0.1:0', 'conformance'])
    port = await command.port()
  })
  afterAll(() => command[Symbol.asyncDispose]())

  describe.each(['bare', 'validated'])('%s', (layer) => {
    test.each(serverCases.map((one, index) => ({ ...one, index })))('$rule $name', async (one) => {
      const { found } = await runCase(one, socketClient(port, [`X-Case: ${one.index} ${layer}`]))
      expect(found).toBeUndefined()
    })
  })
})
