/** An Express app. It does not know that it is mounted. */
import express from 'express'
import { page } from './page.ts'

export const guests = express()

const names = ['Ada']

guests.disable('x-powered-by')
guests.use(express.urlencoded({ extended: false, limit: '10kb' }))

guests.get('/', (request, response) => {
  response.format({
    json: () => response.json({ guests: names }),
    html: () => response.send(page(request.baseUrl, 'The guests', names)),
  })
})

guests.post('/', (request, response) => {
  const { name } = request.body as { name?: unknown }
  if (typeof name !== 'string' || name.trim() === '') {
    response.status(422).json({ error: 'Enter a name.' })
    return
  }
  names.push(name.trim())
  response.redirect(303, request.baseUrl + request.path)
})
