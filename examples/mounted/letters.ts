/** A Fastify app. Once it is ready, its `routing` accepts requests from other servers. */
import fastify from 'fastify'
import { page, wantsPage } from './page.ts'

export const letters = fastify({ bodyLimit: 10_240 })

const box: string[] = ['Come over for tea']

letters.get('/', (request, reply) => {
  const { baseUrl = '' } = request.raw as { baseUrl?: string }
  void reply.header('Vary', 'Accept')
  return wantsPage(request.headers.accept)
    ? reply.type('text/html; charset=utf-8').send(page(baseUrl, 'The letters', box))
    : reply.send({ letters: box })
})

const schema = {
  body: {
    type: 'object',
    required: ['letter'],
    properties: { letter: { type: 'string', minLength: 1, maxLength: 80 } },
  },
} as const

letters.post<{ Body: { letter: string } }>('/', { schema }, (request, reply) => {
  box.push(request.body.letter)
  return reply.code(201).send({ letters: box })
})

await letters.ready()
