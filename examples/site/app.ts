import { Phial, redirect, renderTemplate, request, urlFor } from 'phial'

export const app = new Phial(import.meta.url)

app.get('/', () => renderTemplate('index'))

app.get('/hello', () => renderTemplate('hello-form', { empty: request.args.has('empty') }))

app.post('/hello', async () => {
  const form = await request.formData()
  const name = String(form.get('name') ?? '').trim()
  return redirect(urlFor('hello', name === '' ? { empty: 1 } : { name }))
})

app.get('/hello/:name', ({ name }) => renderTemplate('hello', { name }))

app.get('/environ', () => renderTemplate('environ', { rows: rowsOf(request.environ) }))

app.errorHandler(404, () => renderTemplate('not-found'))

/** The request as the gateway hands it over, by name. */
function rowsOf(environ: Record<string, unknown>): [key: string, value: string][] {
  return Object.entries(environ)
    .map(([key, value]): [string, string] => [key, describe(value)])
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
}

/** Text, numbers and lists as they are; streams and the like by what kind of thing they are. */
function describe(value: unknown): string {
  if (Array.isArray(value)) return JSON.stringify(value)
  return typeof value === 'object' || typeof value === 'function' ? typeof value : String(value)
}
