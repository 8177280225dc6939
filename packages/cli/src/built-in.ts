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
  'Serves the app for development: restarts it when its code changes, shows errors',
  {
    '--host <host>': 'where to listen (127.0.0.1, which only this machine can reach)',
    '-p, --port <port>': 'where to listen (8000, or the next one that is free)',
    '--debug': 'show errors in the page, reload templates (the default here)',
    '--no-debug': 'behave as in production, and do not restart',
    '--reload': 'restart when code changes, without debug too',
    '--no-reload': 'do not restart',
    '--no-live': 'do not refresh the browser when a file changes',
    '--xray': 'draw each request, layer by layer, at /__xray__/',
    '--extra-files <file...>': 'a file whose change counts as well',
  },
  run,
)
builtIn.command('routes', 'Lists the routes', { '--json': 'as JSON' }, routes)
builtIn.command(
  'check',
  'Checks the routes, templates and files that code and templates name',
  async (values, program) => (await import('./check/check.ts')).check(values, program),
)
builtIn.command(
  'doctor',
  'Checks whether the app, as it is configured here, is ready for production',
  { '--proxies <number>': 'how many proxies stand in front of it' },
  doctor,
)
builtIn.command(
  'build',
  'Compiles the templates into a module, for platforms without files or code generation',
  {
    '-o, --out <file>': 'where to write the module (build/phial.js); its types go next to it',
    '--static': 'include the bytes of the static files',
  },
  async (values, program) => (await import('./build.ts')).build(values, program),
)
builtIn.command('shell', 'Opens a JavaScript shell in the context of the app', shell)
builtIn.command(
  'xray <application> <method> <path>',
  'Draws one request on its way through the layers of an application',
  {
    '-H, --header <header...>': 'a header to send: Name: value',
    '-d, --data <data...>': 'a body to send, as a form; @file is what a file holds',
    '--json': 'as JSON, which phial replay takes',
  },
  xray,
)
builtIn.command(
  'replay <file> [application]',
  'Sends a request again that X-ray has captured, and draws it',
  {
    '-H, --header <header...>': 'a header that replaces the captured one',
    '--to-test': 'write a test for Vitest next to the file instead',
  },
  replay,
)
addExplain(builtIn)
