/** The reverse: all applications, mounted at `/roof` in an Express, a Koa and a Fastify app. */
import { dispatcher } from '@phial/core'
import { toNodeHandler } from '@phial/server'
import express from 'express'
import fastify from 'fastify'
import Koa from 'koa'
import { app } from './app.ts'

/** Express moves the mount path into `baseUrl`, so no dispatcher is needed. */
export const expressHost = express()
expressHost.use('/roof', toNodeHandler(app)) // before any body parser, because a body can be read only once
expressHost.use((_request, response) => response.send('Express'))

/** Koa and Fastify do not change the path, so a dispatcher must remove the mount path. */
const roof = toNodeHandler(dispatcher(app, { '/roof': app }))
const isRoof = (path: string): boolean => path === '/roof' || path.startsWith('/roof/')

export const koaHost = new Koa()
koaHost.use(async (context, next) => {
  if (!isRoof(context.path)) return next()
  context.respond = false // Koa does not answer
  roof(context.req, context.res)
})
koaHost.use((context) => {
  context.body = 'Koa'
})

export const fastifyHost = fastify()
fastifyHost.get('/', () => 'Fastify')
fastifyHost.register((part, _options, done) => {
  part.removeAllContentTypeParsers() // Fastify does not read the body
  part.addContentTypeParser('*', (_request, _payload, parsed) => parsed(null))
  for (const url of ['/roof', '/roof/*']) {
    part.all(url, (request, reply) => {
      reply.hijack() // Fastify does not answer
      roof(request.raw, reply.raw)
    })
  }
  done()
})
