import { asApplication, type Environ, type Middleware } from '@phial/core'

export function when(condition: (environ: Environ) => boolean, middleware: Middleware): Middleware {
  return (app) => {
    const wrapped = middleware(app)
    return function sometimes(environ, startResponse) {
      console.log(`The condition is ${condition(environ)}`)
      return asApplication(wrapped)(environ, startResponse) // always: it should depend on the condition
    }
  }
}
