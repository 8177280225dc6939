import type { Catalogue } from './entry.ts'

/** The servers. What keeps `phial-server` from starting has a code for each way in which it ends. */
export const serving: Catalogue = {
  ERR_PHIAL_SERVER_USAGE: {
    means:
      '`phial-server` was given an option that does not exist, or a value that it does not take. It ends with exit code 2.',
    example: `phial-server --worker 4 app:app`,
    remedy: '`phial-server --help` lists all options; the message names the nearest one.',
  },
  ERR_PHIAL_SERVER_CONFIGURATION: {
    means:
      'The server cannot be set up as it was asked to: an address is wrong or taken, a file or a folder is missing. It ends with exit code 1.',
    example: `await serve(app, { bind: 'nowhere' })`,
    remedy: 'Do what the message says. Whether an address is free: `ss -ltnp`.',
  },
  ERR_PHIAL_SERVER_LOAD: {
    means:
      'The application could not be loaded: there is no such module, it fails, or it exports no application. It ends with exit code 4.',
    example: `phial-server no-such-module:app`,
    remedy:
      'Name it as MODULE:APP, a path without its ending, seen from `--chdir`. Where the module itself failed, its own stack stands beneath the message.',
  },
  ERR_PHIAL_SERVER_BOOT: {
    means:
      'A worker ended before it was ready to serve: the application ends its process while it loads, or was killed. The server ends with exit code 3.',
    example: `phial-server ends-early:app # whose module calls process.exit(1)`,
    remedy:
      'Look for `process.exit` in the application, and in what the system says of killed processes; memory that has run out is one reason.',
  },
  ERR_PHIAL_SERVER_SETUP: {
    means:
      'A `WsgiServer` was asked to serve before it had an application, or to wait for an address before it listened.',
    example: `await new WsgiServer({ port: 0 }).ready()`,
    remedy: 'Call `setApp(app)`, then `listen()`; `makeServer` does both.',
  },
}
