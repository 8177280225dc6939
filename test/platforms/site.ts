/** Starts the example site on each platform as its README describes. Requests are sent over a socket or as an event. */
import { execFile, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import type { Client, ClientAnswer, ClientRequest } from '@phial/core/conformance'
import type { LambdaEvent, LambdaResult } from '@phial/core/platforms'
import { socketClient } from '@phial/server/conformance'
import { root } from '../house/workspace.ts'
import { bin, Command } from '../server/support/command.ts'
import { binary, type ProgramName } from './binaries.ts'
import type { Platform } from './platforms.ts'

const folder = join(root, 'examples/anywhere')
export const SECRET = '8e05a1c37f2b4d6990aa1de3c4b7f652'

export interface Served extends AsyncDisposable {
  readonly client: Client
}

/** Starts a program in a folder, with a free port and the secret of the site. */
export function start(file: string, args: readonly string[], cwd = folder): Command {
  const { PATH = '', HOME = '' } = process.env
  const child = spawn(file, args, {
    cwd,
    env: { PATH, HOME, PORT: '0', NO_COLOR: '1', PHIAL_SECRET_KEY: SECRET },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  return new Command(child)
}

async function listening(command: Command, says: RegExp): Promise<Served> {
  const [, port] = await command.says(says)
  return {
    client: socketClient(Number(port)),
    [Symbol.asyncDispose]: () => command[Symbol.asyncDispose](),
  }
}

/** Runs the example's `build` script, which writes the code for Workers and Lambda. */
export async function build(): Promise<void> {
  const { scripts } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
    scripts: { build: string }
  }
  const PATH = `${join(folder, 'node_modules/.bin')}:${process.env['PATH'] ?? ''}`
  await promisify(execFile)('sh', ['-c', scripts.build], {
    cwd: folder,
    env: { ...process.env, PATH },
  })
}

/** Returns the arguments of a program in the commands of the example's README. */
function wordsOf(program: string): string[] {
  const readme = readFileSync(join(folder, 'README.md'), 'utf8')
  const [, words] = new RegExp(`\`${program} ([^\`]+)\``).exec(readme) ?? []
  if (words === undefined)
    throw new Error(`Expected a command of ${program} in the README of the example`)
  return words.split(' ')
}

const program = (name: ProgramName, ...more: string[]): Command =>
  start(binary(name), [...wordsOf(name), ...more])

const LISTENING = /http:\/\/127\.0\.0\.1:(\d+)/

export const sites: Readonly<Record<Platform | 'Node', () => Promise<Served>>> = {
  Node: () => {
    const words = [bin, '-b', '127.0.0.1:0', ...wordsOf('phial-server')]
    return listening(start(process.execPath, words), LISTENING)
  },
  Bun: () => listening(program('bun'), LISTENING),
  Deno: () => listening(program('deno'), LISTENING),
  workerd: () => {
    const more = ['--socket-addr', 'http=127.0.0.1:0', '--control-fd', '1']
    return listening(program('workerd', ...more), /"port":(\d+)/)
  },
  'function URL': () => lambda('abc.lambda-url.eu-central-1.on.aws', (path) => path),
  'API Gateway': () => lambda('office.example', decoded),
}

/** Returns a client that calls the example's handler with events as AWS creates them. */
async function lambda(domainName: string, toRawPath: (path: string) => string): Promise<Served> {
  const { handler } = (await import(pathToFileURL(join(folder, 'build/lambda.js')).href)) as {
    handler: (event: LambdaEvent) => Promise<LambdaResult>
  }
  return {
    client: async (request) =>
      toAnswer(await handler(eventOf(request, domainName, toRawPath)), request),
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Decodes a path as API Gateway does, which keeps invalid escapes. */
function decoded(path: string): string {
  return path.replaceAll(/(?:%[\da-f]{2})+/gi, decodeURIComponent)
}

function eventOf(
  { method = 'GET', target = '/', headers = [], body }: ClientRequest,
  domainName: string,
  toRawPath: (path: string) => string,
): LambdaEvent {
  const [path = '', ...query] = target.split('?')
  const joined = new Map<string, string>()
  for (const [name, value] of headers) {
    const key = name.toLowerCase()
    if (key !== 'cookie') joined.set(key, [joined.get(key) ?? [], value].flat().join(','))
  }
  const cookies = headers
    .filter(([name]) => name === 'Cookie')
    .flatMap(([, value]) => value.split('; '))
  return {
    version: '2.0',
    rawPath: toRawPath(path),
    rawQueryString: query.join('?'),
    headers: { ...Object.fromEntries(joined), host: domainName },
    ...(cookies.length > 0 && { cookies }),
    requestContext: {
      domainName,
      stage: '$default',
      http: { method, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1' },
    },
    ...(body !== undefined &&
      body.length > 0 && { body: Buffer.from(body.join('')).toString('base64') }),
    isBase64Encoded: true,
  }
}

function toAnswer(
  { statusCode, headers, cookies, body }: LambdaResult,
  { method }: ClientRequest,
): ClientAnswer {
  return {
    status: String(statusCode),
    headers: [
      ...Object.entries(headers),
      ...cookies.map((value): [string, string] => ['set-cookie', value]),
    ],
    body: method === 'HEAD' ? '' : Buffer.from(body, 'base64').toString('latin1'),
    complete: true,
  }
}
