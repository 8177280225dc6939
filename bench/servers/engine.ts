/** The same answer by a gateway application on the engine. */
import type { Application } from '@phial/core'
import { serve } from '@phial/server'
import { HELLO } from './hello.ts'

const BODY = Buffer.from(HELLO)

const app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain; charset=utf-8']])
  return [BODY]
}

const { addresses } = await serve(app, { bind: '127.0.0.1:0' })
console.log(`${addresses[0] ?? ''}/`)
