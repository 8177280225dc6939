import { asApplication, type Middleware } from '@phial/core'

export function locked(name: string, password: string): Middleware {
  return (app) =>
    function locked(environ, startResponse) {
      console.log(`${name} and ${password} should be asked for`)
      return asApplication(app)(environ, startResponse)
    }
}
