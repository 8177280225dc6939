/** AWS Lambda: a function URL, or an HTTP API with payload format 2.0. The handler is `lambda.handler`. */
import { lambdaHandler } from '@phial/core/platforms'
import { app } from './app.ts'
import build from './build/phial.js'

app.useBuild(build)

export const handler = lambdaHandler(app)
