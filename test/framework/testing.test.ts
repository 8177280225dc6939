import { Phial, request, Response } from 'phial'
import { describe, expect, test } from 'vitest'

const app = new Phial(import.meta.url)
app.route('/echo', { methods: ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] }, async () => ({
  method: request.method,
  query: request.queryString,
  type: request.mimetype,
  test: request.headers.get('x-test'),
  text: await request.text(),
  addr: request.remoteAddr,
}))
app.get('/set/:value', ({ value }) => {
  const response = new Response('')
  response.setCookie('a', value)
  return response
})
app.get('/delete', () => {
  const response = new Response('')
  response.deleteCookie('a')
  return response
})
app.get('/cookies', () => ({ ...request.cookies }))

describe('a test client', () => {
  test('sends what it is given', async () => {
    const client = app.testClient()
    const options = {
      query: { a: [1, 2], b: true },
      headers: { 'X-Test': 'yes' },
      environ: { REMOTE_ADDR: '10.0.0.1' },
    }
    const said = { method: 'PUT', query: 'a=1&a=2&b=true', test: 'yes', addr: '10.0.0.1' }
    const json = await client.put('/echo', { ...options, json: { é: 1 } })
    expect(await json.json()).toEqual({ ...said, type: 'application/json', text: '{"é":1}' })
    const form = await client.post('/echo', { form: { a: ['x y', 'é'] } })
    expect(await form.json()).toMatchObject({
      type: 'application/x-www-form-urlencoded',
      text: 'a=x+y&a=%C3%A9',
    })
    const body = await client.patch('/echo', {
      body: 'text',
      headers: { 'Content-Type': 'text/x' },
    })
    expect(await body.json()).toMatchObject({ type: 'text/x', text: 'text' })
    expect((await client.delete('/echo')).statusText).toBe('OK')
  })

  test('keeps cookies, each client its own', async () => {
    const [client, other] = [app.testClient(), app.testClient()]
    await client.get('/set/x%20%C3%A9;')
    expect(await (await client.get('/cookies')).json()).toEqual({ a: 'x é;' })
    expect(await (await other.get('/cookies')).json()).toEqual({})
    await client.get('/delete')
    expect(await (await client.get('/cookies')).json()).toEqual({})
  })

  test('keeps no cookies if told so', async () => {
    const client = app.testClient({ cookies: false })
    await client.get('/set/x')
    expect(await (await client.get('/cookies')).json()).toEqual({})
  })

  test('runs under the validator unless told not to', async () => {
    const broken = new Phial(import.meta.url)
    broken.wsgiApp = (_, startResponse) => {
      startResponse('200 OK', [])
      return [new Uint8Array(1)]
    }
    await expect(broken.testClient().get('/')).rejects.toThrow(/^APP-\d+/)
    const lax = await broken.testClient({ validate: false }).get('/')
    expect(lax.status).toBe(200)
  })
})
