/** All conformance cases in one application. A header selects the case, and is removed from the environ. */
import { validator, type Application } from '@phial/core'
import { serverCases } from '@phial/core/conformance'

const running = new Map<string, Application>()

export const app: Application = (environ, startResponse) => {
  const key = String(environ['HTTP_X_CASE'])
  delete environ['HTTP_X_CASE']
  let one = running.get(key)
  if (!one) {
    const [index = '', layer] = key.split(' ')
    one = serverCases[Number(index)]?.app() ?? (() => [])
    if (layer === 'validated') one = validator(one)
    running.set(key, one)
  }
  return one(environ, startResponse)
}
