/** An app whose views fail in different ways. */
import { int, Phial, renderTemplate, renderTemplateString, urlFor } from 'phial'

export const secretKey = 'the-key-of-the-house-of-32-signs'

export function makeApp(): Phial {
  const app = new Phial(import.meta.url, {
    config: {
      DEBUG: true,
      LOG_FORMAT: 'text',
      SECRET_KEY: secretKey,
      DATABASE_URL: 'postgres://ada:hunter2@db.example/shop',
      MAIL: { host: 'mail.example', password: 'sesame-open' },
    },
  })

  app.get('/orders/:id', { params: { id: int } }, function order({ id }) {
    const order = findOrder(id)
    return `Order ${order.id} <b>${order.total}</b>`
  })
  app.get('/cart', function cart() {
    const items = [{ name: 'Tea', price: 3 }, { name: 'Cups' }]
    return renderTemplate('cart', { items })
  })
  app.get('/text', () => renderTemplateString('<p>\n<%= it.user.name %>\n</p>', {}))
  app.get('/link', () => urlFor('ordr', { id: 1 }))
  app.get('/says', () => {
    throw new TypeError(`The key was ${secretKey}, <script>alert(1)</script>`)
  })
  app.get('/stream', async function* () {
    await Promise.resolve()
    yield* failing()
  })
  app.get('/broken', function* () {
    yield 'a start'
    throw new Error('halfway')
  })
  app.get('/text-thrown', () => {
    // oxlint-disable-next-line no-throw-literal, typescript/only-throw-error -- tests a thrown string
    throw 'a string'
  })
  return app
}

function* failing(): Generator<string> {
  throw new Error('before the first chunk')
}

function findOrder(id: number): { id: number; total: number } {
  try {
    return JSON.parse(`{ "id": ${id}, total }`) as { id: number; total: number }
  } catch (cause) {
    throw new Error(`Order ${id} could not be read from the archive`, { cause })
  }
}
