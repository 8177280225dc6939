/** CGI: under a real web server, in a process of its own, and stream by stream. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough, Readable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { validator, type Application, type Environ } from '@phial/core'
import { runCase, serverCases, type ServerCase } from '@phial/core/conformance'
import { CgiHandler } from '@phial/server'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { socketClient } from './support/client.ts'
import { cgiServer, type CgiServer } from './support/nginx.ts'
import { bytes, echo } from './support/server.ts'

const program = fileURLToPath(new URL('apps/cgi.js', import.meta.url))

describe('under nginx with fcgiwrap', () => {
  let server: CgiServer
  beforeAll(async () => {
    server = await cgiServer(program, ['CASE $http_x_case'])
  })
  afterAll(() => server[Symbol.asyncDispose]())
  test.each(serverCases.map((one, index) => ({ ...one, index })))('$rule $name', async (one) => {
      const { found } = await runCase(one, socketClient(server.socket, [`X-Case: ${one.index}`]))
      expect(found).toBeUndefined()
  })
})
