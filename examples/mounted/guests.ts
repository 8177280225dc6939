/** An Express app, which thinks that it has the server to itself. */
import express from 'express'

export const guests = express()

const names = ['Ada']

guests.disable('x-powered-by')
guests.use(express.urlencoded({ extended: false, limit: '10kb' }))

guests.get('/', (_request, response) => {
  response.json({ guests: names })
})

guests.post('/', (request, response) => {
  const { name } = request.body as { name?: unknown }
  if (typeof name !== 'string' || name.trim() === '') {
    response.status(422).json({ error: 'Who are you?' })
    return
  }
  names.push(name.trim())
  response.redirect(303, request.baseUrl + request.path)
})
