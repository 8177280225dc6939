import { denoEnviron } from '@phial/core/platforms'
import { casesHandler } from './cases.ts'

Deno.serve({ hostname: '127.0.0.1', port: 0 }, casesHandler(denoEnviron))
