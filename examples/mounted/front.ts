/** A Phial app: the front page, and the answers for all paths without another application. */
import { Phial, renderTemplate } from 'phial'

export const front = new Phial(import.meta.url)

const apps = [
  { path: '/clock', name: 'The clock', kind: 'a bare gateway function' },
  {
    path: '/words?text=one+two+three',
    name: 'The words',
    kind: 'a function that takes a Request and returns a Response',
  },
  { path: '/guests', name: 'The guests', kind: 'an Express app' },
  { path: '/weather', name: 'The weather', kind: 'a Koa app' },
  { path: '/letters', name: 'The letters', kind: 'a Fastify app' },
]

front.get('/', { endpoint: 'index' }, () => renderTemplate('front', { apps }))
