/** The other way round: the whole roof in an app of Express, of Koa and of Fastify, at `/roof`. */
import { dispatcher } from '@phial/core'
import { toNodeHandler } from '@phial/server'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { app } from './app.ts'

/** Express moves the path of a mount into `baseUrl`, so nothing else has to be done. */
export const expressHost = express()
expressHost.use('/roof', toNodeHandler(app)) // before a body parser: a body can be read once
expressHost.use((_request, response) => response.send('Express'))

/** Koa and Fastify leave the path as it is, so that a dispatcher has to find the mount. */
const roof = toNodeHandler(dispatcher(app, { '/roof': app }))
const isRoof = (path: string): boolean => path === '/roof' || path.startsWith('/roof/')

export const koaHost = new Koa()
koaHost.use(async (context, next) => {
  if (!isRoof(context.path)) return next()
  context.respond = false // the answer is written by someone else
  roof(context.req, context.res)
})
koaHost.use((context) => {
  context.body = 'Koa'
})

export const fastifyHost = fastify()
fastifyHost.get('/', () => 'Fastify')
fastifyHost.register((part, _options, done) => {
  part.removeAllContentTypeParsers() // the body stays unread
  part.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
  for (const url of ['/roof', '/roof/*']) {
    part.all(url, (request, reply) => {
      reply.hijack() // the answer is written by someone else
      roof(request.raw, reply.raw)
    })
  }
  done()
})
