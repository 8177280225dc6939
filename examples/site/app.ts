import { join } from 'node:path'
import {
  flash,
  HTTPException,
  keptSecret,
  makeResponse,
  Phial,
  redirect,
  renderTemplate,
  request,
  sendFromDirectory,
  urlFor,
} from 'phial'
import { z } from 'zod'
import { describeEnviron } from './environ.ts'
import { listPictures, savePicture, upload } from './pictures.ts'

export const app = new Phial(import.meta.url, {
  config: {
    // A larger file is rejected while it arrives. The form accepts less: see pictures.ts.
    MAX_FILE_SIZE: 16_000_000,
  },
})
// Any setting may come from the environment: PHIAL_SECRET_KEY, PHIAL_TRUSTED_HOSTS='["example.com"]', …
app.config.fromPrefixedEnv()
app.config.SECRET_KEY ??= keptSecret(app.instancePath)
app.config.PICTURES ??= join(app.instancePath, 'pictures')

app.get('/', () => renderTemplate('index'))

const greeting = z.object({
  name: z.string().trim().min(1, 'Enter a name.').max(40, 'Use at most 40 characters.'),
})

app.route('/hello', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(greeting)
  if (!form.isValid) return makeResponse(renderTemplate('hello-form', { form }), form.status)
  return redirect(urlFor('hello', { name: form.data.name }))
})

app.get('/hello/:name', ({ name }) => renderTemplate('hello', { name }))

app.route('/pictures', { methods: ['GET', 'POST'] }, async () => {
  const form = await request.form(upload)
  if (form.isValid) {
    const problem = await savePicture(form.data)
    if (problem !== undefined) form.addError('picture', problem)
  }
  if (!form.isValid) {
    return makeResponse(
      renderTemplate('pictures', { form, pictures: await listPictures() }),
      form.status,
    )
  }
  flash('Thank you. Your picture is the first one below.')
  return redirect(urlFor('pictures'))
})

// A picture never changes, so browsers may keep it for a year.
app.get('/pictures/:file', { endpoint: 'picture' }, ({ file }) =>
  sendFromDirectory(app.config.PICTURES, file, { maxAge: 31_536_000 }),
)

app.get('/environ', () => renderTemplate('environ', { rows: describeEnviron(request.environ) }))

// The page for every error, with the error's own status.
app.errorHandler(HTTPException, (error) => renderTemplate('error', { error }))
