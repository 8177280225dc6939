/** The site. It does not depend on the platform that serves it. */
import {
  flash,
  Phial,
  redirect,
  renderTemplate,
  request,
  Response,
  session,
  streamTemplate,
  urlFor,
} from 'phial'
import { lettersOf, morse } from './morse.ts'

export const app = new Phial(import.meta.url, { config: { MAX_CONTENT_LENGTH: 10_000 } })

app.config.fromPrefixedEnv() // PHIAL_SECRET_KEY, which signs the session
app.templateFilter('morse', morse)

const MAX_LENGTH = 80

app.get('/', { endpoint: 'office' }, () => {
  const telegram = typeof session.telegram === 'string' ? session.telegram : ''
  return renderTemplate('office', { telegram, letters: lettersOf(telegram), error: '' })
})

app.post('/telegrams', { endpoint: 'send' }, async () => {
  const form = await request.formData()
  const text = form.require('text').trim()
  if (text === '' || text.length > MAX_LENGTH) {
    const error =
      text === '' ? 'Write something first.' : `At most ${MAX_LENGTH} characters, please.`
    const page = renderTemplate('office', { telegram: text, letters: [], error })
    return new Response(page, { status: 422 })
  }
  session.telegram = text
  flash(`Sent, ${priceOf(text)} cents.`)
  return redirect(urlFor('office'))
})

app.get('/price', () => {
  const text = request.args.get('text') ?? ''
  return { text, words: wordsOf(text), cents: priceOf(text) }
})

app.get('/tape', () => {
  const text = request.args.get('text') ?? 'sos'
  return streamTemplate('tape', { letters: tape(text) })
})

app.get('/tape.txt', () => {
  const lines = tape(request.args.get('text') ?? 'sos')
  return new Response(lines, { headers: { 'Content-Type': 'text/plain; charset=utf-8' } })
})

app.errorHandler(404, () => new Response(renderTemplate('lost'), { status: 404 }))

/** Yields the tape, one line for each letter. */
async function* tape(text: string): AsyncGenerator<string> {
  for (const letter of lettersOf(text)) yield `${letter} ${morse(letter)}\n`
}

function wordsOf(text: string): number {
  return text.match(/[\p{L}\p{N}]+/gu)?.length ?? 0
}

/** Returns the price: three cents for each word. */
function priceOf(text: string): number {
  return 3 * wordsOf(text)
}
