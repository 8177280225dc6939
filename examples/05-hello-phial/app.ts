import { int, Phial, redirect, renderTemplate, request, urlFor } from 'phial'

export const app = new Phial(import.meta.url)

app.get('/', () => renderTemplate('index', { squares: [2, 3, 12] }))

app.post('/', async () => {
  const form = await request.formData()
  const name = String(form.get('name') ?? '').trim()
  return redirect(name === '' ? urlFor('index') : urlFor('hello', { name }))
})

app.get('/hello/:name', ({ name }) => renderTemplate('hello', { name }))

app.get('/squares/:number', { params: { number: int } }, ({ number }) => ({
  number,
  square: number * number,
}))
