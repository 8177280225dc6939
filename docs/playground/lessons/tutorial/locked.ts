import { asApplication, type Middleware } from '@phial/core'

export function locked(name: string, password: string): Middleware {
  return (app) =>
    function locked(environ, startResponse) {
      console.log(`Requests should need ${name} and ${password}`)
      return asApplication(app)(environ, startResponse)
    }
}
