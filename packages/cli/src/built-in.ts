/** The commands that come with Phial. */
import { CommandGroup } from 'phial'
import type { Program } from 'phial/tools'
import { doctor } from './doctor/doctor.ts'
import { addExplain } from './explain.ts'
import { routes } from './routes.ts'
import { run } from './run/serve.ts'
import { shell } from './shell.ts'
import { replay } from './xray/replay.ts'
import { xray } from './xray/xray.ts'

export const builtIn: CommandGroup<Program> = new CommandGroup<Program>()

builtIn.command(
  'run',
  'Serves the app for development, with a restart after each change and error pages',
  {
    '--host <host>': 'the address to listen on (default: 127.0.0.1, only this machine)',
    '-p, --port <port>': 'the port to listen on (default: 8000, or the next free port)',
    '--debug': 'show errors in the browser, reload templates (the default)',
    '--no-debug': 'behave as in production, and do not restart',
    '--reload': 'restart when code changes, even with --no-debug',
    '--no-reload': 'do not restart',
    '--no-live': 'do not refresh the browser when a file changes',
    '--xray': 'draw each request, layer by layer, at /__xray__/',
    '--extra-files <file...>': 'another file whose change restarts the app',
  },
  run,
)
builtIn.command('routes', 'Lists the routes', { '--json': 'print JSON' }, routes)
builtIn.command(
  'check',
  'Checks that the routes, templates and files named in code and templates exist',
  async (values, program) => (await import('./check/check.ts')).check(values, program),
)
builtIn.command(
  'doctor',
  'Checks whether the app, as configured here, is ready for production',
  { '--proxies <number>': 'the number of proxies in front of the app' },
  doctor,
)
builtIn.command(
  'build',
  'Compiles the templates into a module, for platforms without files or code generation',
  {
    '-o, --out <file>': 'the module to write (default: build/phial.js), next to its types',
    '--static': 'include the bytes of the static files',
  },
  async (values, program) => (await import('./build.ts')).build(values, program),
)
builtIn.command('shell', 'Opens a JavaScript shell in an app context', shell)
builtIn.command(
  'xray <application> <method> <path>',
  'Draws the path of one request through the layers of an application',
  {
    '-H, --header <header...>': 'a request header, as Name: value',
    '-d, --data <data...>': 'a form body; @file reads it from a file',
    '--json': 'print JSON, for phial replay',
  },
  xray,
)
builtIn.command(
  'replay <file> [application]',
  'Replays a request that X-ray has captured, and draws it',
  {
    '-H, --header <header...>': 'a header that replaces the captured one',
    '--to-test': 'write a Vitest test next to the file instead',
  },
  replay,
)
addExplain(builtIn)
