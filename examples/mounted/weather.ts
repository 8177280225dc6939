/** A Koa app. `fromNodeHandler` tells the path at which it is mounted as Express would: as `baseUrl`. */
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
