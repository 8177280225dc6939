/** An app of Phial: the front page, and what no other one answers. */
import { Phial, renderTemplate } from 'phial'

export const front = new Phial(import.meta.url)

const rooms = [
  { path: '/clock', name: 'The clock', kind: 'a bare gateway function' },
  {
    path: '/words?text=one+two+three',
    name: 'The words',
    kind: 'a function from Request to Response',
  },
  { path: '/guests', name: 'The guests', kind: 'an Express app' },
  { path: '/weather', name: 'The weather', kind: 'a Koa app' },
  { path: '/letters', name: 'The letters', kind: 'a Fastify app' },
]

front.get('/', { endpoint: 'index' }, () => renderTemplate('front', { rooms }))
