import { asApplication, type Environ, type Middleware } from '@phial/core'

export function when(condition: (environ: Environ) => boolean, middleware: Middleware): Middleware {
  return (app) => {
    const around = middleware(app)
    return function sometimes(environ, startResponse) {
      console.log(`The condition is ${condition(environ)}`)
      return asApplication(around)(environ, startResponse) // always: it should be sometimes
    }
  }
}
