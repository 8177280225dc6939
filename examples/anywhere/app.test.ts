import { expect, test } from 'vitest'
import { app } from './app.ts'

app.config.SECRET_KEY = '8e05a1c37f2b4d6990aa1de3c4b7f652'

test('sends a telegram, shows it in Morse code, and remembers it', async () => {
  const client = app.testClient()
  const form = { text: 'Aß 7' }
  const page = await (await client.post('/telegrams', { form, followRedirects: true })).text()
  expect(page).toContain('Sent, 6 cents.')
  expect(page).toContain('<span>·−<small>a</small></span>')
  expect(page).toContain('<span>−−···<small>7</small></span>')
  const again = await (await client.get('/')).text()
  expect(again).toContain('value="Aß 7"')
  expect(again).not.toContain('Sent')
})

test.each([
  ['', 'Write something first.'],
  ['x'.repeat(81), 'At most 80 characters'],
])('rejects the text %j, and keeps it in the form', async (text, error) => {
  const response = await app.testClient().post('/telegrams', { form: { text } })
  expect(response.status).toBe(422)
  const page = await response.text()
  expect(page).toContain(error)
  expect(page).toContain(`value="${text}"`)
})

test('the price is JSON, the tape is a stream, and an unknown URL has a page', async () => {
  const client = app.testClient()
  expect(await (await client.get('/price?text=one+two')).json()).toEqual({
    text: 'one two',
    words: 2,
    cents: 6,
  })
  expect(await (await client.get('/tape.txt?text=né')).text()).toBe('n −·\ne ·\n')
  const tape = await (await client.get('/tape?text=né')).text()
  expect(tape).toContain('<pre>\nn −·\ne ·\n</pre>')
  expect(tape).toContain('<a href="/">Back to the office</a>')
  const lost = await client.get('/nowhere')
  expect([lost.status, await lost.text()]).toEqual([404, expect.stringContaining('/nowhere')])
})
