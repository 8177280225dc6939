import { dispatcher, fromFetch } from '@phial/core'
import { fromNodeHandler } from '@phial/server'
import { clock } from './clock.ts'
import { front } from './front.ts'
import { guests } from './guests.ts'
import { letters } from './letters.ts'
import { weather } from './weather.ts'
import { words } from './words.ts'

/** Each application receives the requests below its prefix. The front page receives all others. */
export const app = dispatcher(front, {
  '/clock': clock,
  '/words': fromFetch(words),
  '/guests': fromNodeHandler(guests),
  '/weather': fromNodeHandler(weather.callback()),
  '/letters': fromNodeHandler((request, response) => letters.routing(request, response)),
})
