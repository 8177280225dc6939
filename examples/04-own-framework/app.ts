/** A small site on our own framework. */
import { makeServer } from '@phial/server'
import { App, html, problem, Response } from './framework.ts'

export const app = new App()

app.route(
  'GET',
  '/',
  () =>
    html`<!doctype html>
      <title>Greetings</title>
      <form method="post" action="hello">
        <label>Your name: <input name="name" /></label>
        <button>Greet me</button>
      </form>`,
)

app.route('POST', '/hello', async (request) => {
  const name = (await request.form()).get('name')
  if (!name) return problem('400 Bad Request')
  return new Response('', 'text/plain', '303 See Other', [
    ['Location', `hello/${encodeURIComponent(name)}`],
  ])
})

app.route('GET', '/hello/:name', (_request, { name }) => html`<h1>Hello ${name}</h1>`)

app.route('GET', '/add/:a/:b', (_request, { a, b }) => ({ sum: Number(a) + Number(b) }))

app.route('GET', '/search', ({ args }) => `You searched for ${args.get('q') ?? 'nothing'}.`)

// Only if Node runs this file itself, not if a server imports it.
if (import.meta.filename === process.argv[1]) {
  const server = makeServer('localhost', 8080, app)
  await server.ready()
  console.log('http://localhost:8080/')
  await server.serveForever()
}
