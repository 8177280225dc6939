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
  'Serves the app for development: starts it anew when its code changes, shows errors',
  {
    '--host <host>': 'where to listen (127.0.0.1, which only this machine can reach)',
    '-p, --port <port>': 'where to listen (8000, or the next one that is free)',
    '--debug': 'show errors in the page, read templates anew (the default here)',
    '--no-debug': 'be as in production, and do not start anew either',
    '--reload': 'start anew when code changes, without debug too',
    '--no-reload': 'do not start anew',
    '--no-live': 'do not refresh the browser when a file changes',
    '--xray': 'draw each request, layer by layer, at /__xray__/',
    '--extra-files <file...>': 'a file whose change counts as well',
  },
  run,
)
builtIn.command('routes', 'Shows which address leads where', { '--json': 'as JSON' }, routes)
builtIn.command(
  'check',
  'Reads code and templates: are the routes, templates and files there that they name',
  async (values, program) => (await import('./check/check.ts')).check(values, program),
)
builtIn.command(
  'doctor',
  'Looks whether the app, as it is set up here and now, is fit for the public',
  { '--proxies <number>': 'how many proxies stand in front of it' },
  doctor,
)
builtIn.command('shell', 'Opens a JavaScript shell in which the app is at work', shell)
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
    '-H, --header <header...>': 'a header in the place of the captured one',
    '--to-test': 'write a test for Vitest beside the file instead',
  },
  replay,
)
addExplain(builtIn)
