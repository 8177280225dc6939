import { asApplication, type Application, type ApplicationLike } from '@phial/core'

export function slashless(app: ApplicationLike): Application {
  return function slashed(environ, startResponse) {
    return asApplication(app)(environ, startResponse) // what if the path ends in a slash?
  }
}
