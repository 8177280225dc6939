/** Serves the built site, a folder of files, at the root: `pnpm docs:start`. */
import { makeResponse, NotFound, Phial, sendFile, sendFromDirectory } from 'phial'

const SITE = new URL('dist/', import.meta.url)
const missing = new URL('404.html', SITE)

export const app = new Phial(import.meta.url, { staticFolder: null })

app.get('/{*path}', ({ path = '' }) =>
  sendFromDirectory(SITE, path === '' || path.endsWith('/') ? `${path}index.html` : path),
)

app.errorHandler(NotFound, async () => makeResponse(await sendFile(missing), 404))
