import type { Catalogue } from './entry.ts'

/** The servers. If `phial-server` cannot start, each exit code has its own error code. */
export const serving: Catalogue = {
  ERR_PHIAL_SERVER_USAGE: {
    means:
      '`phial-server` received an unknown option, or an invalid value for an option. Exit code 2.',
    example: `phial-server --worker 4 app:app`,
    remedy: 'Use the option that the message suggests. `phial-server --help` lists all options.',
  },
  ERR_PHIAL_SERVER_CONFIGURATION: {
    means:
      'The server cannot start with this configuration: for example, an address is invalid or in use, or a file or folder is missing. Exit code 1.',
    example: `await serve(app, { bind: 'nowhere' })`,
    remedy:
      'Follow the instruction in the message. On Linux, `ss -ltnp` lists the addresses in use.',
  },
  ERR_PHIAL_SERVER_LOAD: {
    means:
      'The application could not be loaded: the module does not exist, throws an error, or does not export an application. Exit code 4.',
    example: `phial-server no-such-module:app`,
    remedy:
      'Pass the application as MODULE:APP. MODULE is a path without its extension, resolved from `--chdir`. If the module threw an error, its stack follows the message.',
  },
  ERR_PHIAL_SERVER_BOOT: {
    means:
      'A worker exited before it was ready to serve: the application ended its process while loading, or the process was killed. Exit code 3.',
    example: `phial-server ends-early:app # whose module calls process.exit(1)`,
    remedy:
      'Look for `process.exit` in the application, and check the system log for killed processes. The system kills processes when memory runs out.',
  },
  ERR_PHIAL_SERVER_SETUP: {
    means:
      '`WsgiServer` was started before it had an application, or its address was awaited before `listen()` was called.',
    example: `await new WsgiServer({ port: 0 }).ready()`,
    remedy: 'Call `setApp(app)`, then `listen()`. `makeServer` does both.',
  },
}
