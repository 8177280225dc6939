import * as phial from 'phial'
import {
  BadRequest,
  HTTPException,
  MethodNotAllowed,
  NotFound,
  RequestedRangeNotSatisfiable,
  ServiceUnavailable,
  TooManyRequests,
  Unauthorized,
} from 'phial'
import { expect, test } from 'vitest'
import { failing, raise } from '../support.ts'

test('each error status has a class with a name and a description', () => {
  const classes = Object.values(phial).filter(
    (value): value is typeof HTTPException =>
      typeof value === 'function' && Object.getPrototypeOf(value) === HTTPException,
  )
  const codes = [
    400, 401, 403, 404, 405, 406, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 418, 421, 422,
    423, 424, 428, 429, 431, 451, 500, 501, 502, 503, 504, 505,
  ]
  expect(classes.map(({ code }) => code).toSorted((one, other) => one - other)).toEqual(codes)
  for (const Exception of classes) {
    const error = new Exception()
    expect(error.name).not.toBe('Unknown')
    expect(error.description).not.toContain(`${error.code}`)
    expect(() => phial.abort(error.code)).toThrow(Exception)
  }
})

test('an HTTP error is an Error with a description and an optional cause', () => {
  const error = new BadRequest('x', { cause: 'y' })
  expect(error).toBeInstanceOf(Error)
  expect([error.name, error.code, error.message]).toEqual(['Bad Request', 400, 'x'])
  expect([error.description, error.cause]).toEqual(['x', 'y'])
  expect(String(new NotFound('No post'))).toBe('Not Found: No post')
})

test('a subclass has the status of its base class', () => {
  class NoPost extends NotFound {}
  expect(new NoPost().code).toBe(404)
})

test('the response has the headers that belong to the status', async () => {
  const headers = async (error: HTTPException, name: string): Promise<string | null> =>
    (await failing(raise(error)).ask()).headers.get(name)
  expect(await headers(new MethodNotAllowed(undefined, { validMethods: ['GET'] }), 'allow')).toBe(
    'GET',
  )
  expect(await headers(new TooManyRequests(undefined, { retryAfter: 5 }), 'retry-after')).toBe('5')
  const date = new Date(0)
  expect(
    await headers(new ServiceUnavailable(undefined, { retryAfter: date }), 'retry-after'),
  ).toBe('Thu, 01 Jan 1970 00:00:00 GMT')
  const range = new RequestedRangeNotSatisfiable(undefined, { length: 7 })
  expect(await headers(range, 'content-range')).toBe('bytes */7')
  const basic = new Unauthorized(undefined, { wwwAuthenticate: 'Basic realm="x"' })
  expect(await headers(basic, 'www-authenticate')).toBe('Basic realm="x"')
})
