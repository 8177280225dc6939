/** Rules for every request, each in one place and usable around any application. */
import { asApplication, inputStream, type Middleware } from '@phial/core'

/** Answers 413 to a body of more than `limit` bytes, with or without a declared length. */
export const limitBody =
  (limit: number): Middleware =>
  (app) =>
  async (environ, startResponse) => {
    const body = await environ['wsgi.input'].read(limit + 1)
    if (body.length > limit) {
      startResponse('413 Content Too Large', [['Content-Type', 'text/plain; charset=utf-8']])
      return [new TextEncoder().encode('Content Too Large')]
    }
    return asApplication(app)({ ...environ, 'wsgi.input': inputStream([body]) }, startResponse)
  }

/** Adds a header to every answer. */
export const withHeader =
  (name: string, value: string): Middleware =>
  (app) =>
  (environ, startResponse) =>
    asApplication(app)(environ, (status, headers, excInfo) =>
      startResponse(status, [...headers, [name, value]], excInfo),
    )

/** Passes HEAD to the application as GET. The server omits the body of the answer. */
export const headAsGet: Middleware = (app) => (environ, startResponse) => {
  const isHead = environ.REQUEST_METHOD === 'HEAD'
  const seen = isHead ? { ...environ, REQUEST_METHOD: 'GET' } : environ
  return asApplication(app)(seen, startResponse)
}
