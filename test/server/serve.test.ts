import type { Application } from '@phial/core'
import { serve as serveBy, type ServeOptions, type Service } from '@phial/server'
import { describe, expect, test } from 'vitest'
import { deferred } from '../support/deferred.ts'
import { chosen } from './support/chosen.ts'
import { exchange, open, request } from './support/raw.ts'
import { echo, serving } from './support/server.ts'

const get = (...lines: string[]): string => request(['GET /a HTTP/1.1', 'Host: a', ...lines])
const serve = (app: Application, options: ServeOptions): Promise<Service> =>
  serveBy(app, { transport: chosen, ...options })
const portOf = (address: string | undefined): number => Number(/:(\d+)$/.exec(address ?? '')?.[1])

describe('serve', () => {
  test('listens on every address, and returns the addresses', async () => {
    const service = await serve(echo, { bind: ['127.0.0.1:0', '127.0.0.1:0'] })
    expect(service.addresses).toHaveLength(2)
    for (const address of service.addresses) {
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:[1-9]\d*$/)
      // oxlint-disable-next-line no-await-in-loop -- one after another
      expect(await exchange(portOf(address), get('Connection: close'))).toContain('GET /a 0')
    }
    await service.close()
    await expect(open(portOf(service.addresses[0]))).rejects.toMatchObject({ code: 'ECONNREFUSED' })
  })

  test('passes log lines and error texts to the given functions', async () => {
    const [lines, errors]: string[][] = [[], []]
    const service = await serve(
      (environ, startResponse) => {
        environ['wsgi.errors'].write('oh\n')
        return echo(environ, startResponse)
      },
      {
        bind: '127.0.0.1:0',
        accessLog: (line) => lines?.push(line),
        accessLogformat: '%(m)s %(s)s %(B)s',
        errorLog: (text) => errors?.push(text),
      },
    )
    await exchange(portOf(service.addresses[0]), get('Connection: close'))
    await service.close()
    expect({ lines, errors }).toEqual({ lines: ['GET 200 9\n'], errors: ['oh\n'] })
  })

  test('keeps an idle connection open for keepAlive', async () => {
    const service = await serve(echo, { bind: '127.0.0.1:0', keepAlive: 7 })
    const connection = await open(portOf(service.addresses[0]))
    connection.send(get())
    expect(await connection.until('GET /a 0')).toContain('Keep-Alive: timeout=7')
    await service.close()
    await connection.closed
  })

  test('listens on no address if one of them fails', async () => {
    await using running = await serving(echo)
    const bind = ['127.0.0.1:0', `127.0.0.1:${running.port}`]
    await expect(serve(echo, { bind })).rejects.toMatchObject({ name: 'StartError', exitCode: 1 })
  })

  test('rejects with a TypeError if the argument is not an application', async () => {
    await expect(serve(1 as never, { bind: '127.0.0.1:0' })).rejects.toThrow(TypeError)
  })

  test('close() cuts requests that take longer than gracefulTimeout', async () => {
    const called = deferred()
    const service = await serve(
      async () => {
        called.resolve()
        return new Promise<never>(() => undefined)
      },
      { bind: '127.0.0.1:0', gracefulTimeout: 0.05 },
    )
    const connection = await open(portOf(service.addresses[0]))
    connection.send(get())
    await called.promise
    await service.close()
    await connection.closed
    expect(connection.received).toBe('')
  })
})
