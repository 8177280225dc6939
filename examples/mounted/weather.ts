/** A Koa app. `fromNodeHandler` sets `baseUrl` to the mount path, as Express does. */
import Koa from 'koa'
import { page } from './page.ts'

export const weather = new Koa()

weather.use((context) => {
  const { baseUrl = '' } = context.req as { baseUrl?: string }
  const line = 'Fair under the roof, rain outside'
  context.vary('Accept')
  context.body =
    context.accepts('json', 'html') === 'html' ? page(baseUrl, 'The weather', [line]) : { line }
})
