/** `node reload.js FOLDER [EXTRA_FILE…]`: serves `app` of a folder on a free port, with reload. */
import { reload } from '@phial/server/reload'

const [folder = '', ...extraFiles] = process.argv.slice(2)
const server = await reload({
  app: 'app',
  folder,
  listen: [{ host: '127.0.0.1', port: 0 }],
  extraFiles,
  accessLogformat: '%(m)s %(U)s %(s)s',
  log: (line) => console.error(line),
})
process.once('SIGTERM', () => void server.close().then(() => process.exit()))
const [address] = server.addresses
if (typeof address === 'object') console.log(`Listening at: http://127.0.0.1:${address?.port}`)
