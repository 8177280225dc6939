/** The gateway alone: an application without a framework on Phial's engine. */
import type { Application } from '@phial/core'
import { serve } from '@phial/server'
import { chunks, HELLO, setUp } from './work.ts'

const BODY = Buffer.from(HELLO)
const TYPE: [string, string] = ['Content-Type', 'text/plain; charset=utf-8']

let app: Application = (_environ, startResponse) => {
  startResponse('200 OK', [TYPE])
  return [BODY]
}

await setUp({
  hello: () => undefined,
  browser: () => undefined,
  upload: () => {
    app = async (environ, startResponse) => {
      let size = 0
      for await (const part of environ['wsgi.input']) size += part.byteLength
      startResponse('200 OK', [TYPE])
      return [Buffer.from(`${size}`)]
    }
  },
  stream: () => {
    app = (_environ, startResponse) => {
      startResponse('200 OK', [TYPE])
      return chunks()
    }
  },
})
const { addresses } = await serve(app, { bind: '127.0.0.1:0' })
console.log(addresses[0])
