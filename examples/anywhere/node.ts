/** Node, without workers: `node --import tsx node.ts`. In production, `phial-server -w 2 app:app`. */
import { serve } from '@phial/server'
import { app } from './app.ts'

const { addresses } = await serve(app, { bind: `127.0.0.1:${process.env['PORT'] ?? 8000}` })
console.log(addresses.join())
