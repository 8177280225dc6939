/**
 * What `phial-server` can be told: one table, from which the parser and `--help` are made.
 *
 * Order, weakest first: defaults, then `PHIAL_SERVER_ARGS`, then the command line.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { StartError, exitCodes } from './errors.ts'
import { combined } from './logs/access.ts'
import { levels, type Level } from './logs/error.ts'
import { didYouMean, nearest } from './nearest.ts'
import type { Settings } from './settings/types.ts'
import { shellWords } from './shell-words.ts'
import { defaultLimits } from './transport.ts'

interface Option {
  short?: string
  /** What stands for the value in `--help`; an option without one is a switch. */
  value?: string
  multiple?: true
  help: string
  /** Says what is wrong with a value, if anything is. */
  check?: (value: string) => string | undefined
}

const options: Record<string, Option> = {
  bind: {
    short: 'b',
    value: 'ADDRESS',
    multiple: true,
    help: 'where to listen: HOST:PORT, [IPV6]:PORT or unix:PATH; may be repeated; port 0 takes a free one (127.0.0.1:8000, or 0.0.0.0:$PORT where PORT is set)',
  },
  workers: {
    short: 'w',
    value: 'N',
    help: 'how many processes answer (1; more are not supported yet)',
    check: checkWorkers,
  },
  chdir: { value: 'DIR', help: 'the folder from which MODULE is seen (the current one)' },
  'access-logfile': {
    value: 'FILE',
    help: 'where to write a line for each request; - is standard output (nowhere)',
  },
  'access-logformat': { value: 'FORMAT', help: "the line's form (the combined log format)" },
  'log-level': {
    value: 'LEVEL',
    help: `how much the server says of itself: ${levels.join(', ')} (info)`,
    check: (value) => (isLevel(value) ? undefined : `is none of ${levels.join(', ')}`),
  },
  'check-config': { help: 'load the application, say what is wrong if anything is, and stop' },
  version: { short: 'v', help: 'show the version, and stop' },
  help: { short: 'h', help: 'show this, and stop' },
}

/**
 * Reads the command line and the environment. Rejects with a {@link StartError} with exit code 2 for
 * what it does not know. `cwd` is where relative paths begin, for those who read the settings again
 * after the process has moved.
 */
export async function readSettings(
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  cwd: string = process.cwd(),
): Promise<Settings> {
  const given = readWords(shellWords(env['PHIAL_SERVER_ARGS'] ?? '', 'PHIAL_SERVER_ARGS'))
  for (const [name, values] of readWords(argv)) given.set(name, values)
  const one = (name: string): string | undefined => given.get(name)?.at(-1)
  const logLevel = one('log-level')
  return {
    ...rest,
    app: one('app'),
    bind: given.get('bind') ?? [env['PORT'] ? `0.0.0.0:${env['PORT']}` : '127.0.0.1:8000'],
    chdir: resolve(cwd, one('chdir') ?? ''),
    accessLogfile: one('access-logfile'),
    accessLogformat: one('access-logformat') ?? combined,
    logLevel: isLevel(logLevel) ? logLevel : 'info',
    checkConfig: given.has('check-config'),
    help: given.has('help'),
    version: given.has('version'),
  }
}

/** What cannot be told yet. */
const rest = {
  workers: 1,
  config: undefined,
  env: {},
  timeout: 30,
  gracefulTimeout: 30,
  keepAlive: defaultLimits.keepAlive,
  headTimeout: defaultLimits.headTimeout,
  bodyTimeout: defaultLimits.bodyTimeout,
  writeTimeout: defaultLimits.writeTimeout,
  maxRequests: 0,
  maxRequestsJitter: 0,
  maxMemory: 0,
  reload: false,
  pidfile: undefined,
  umask: undefined,
  backlog: 2048,
  transport: 'http',
  limitRequestLine: defaultLimits.requestLine,
  limitRequestFields: defaultLimits.fields,
  limitRequestFieldSize: defaultLimits.fieldSize,
  limitRequestHead: defaultLimits.head,
  limitRequestBody: defaultLimits.body,
  forwardedAllowIps: ['127.0.0.1', '::1'],
  proxyProtocol: 'off',
  certfile: undefined,
  keyfile: undefined,
  errorLogfile: '-',
  logFormat: 'human',
  statsdHost: undefined,
  statsdPrefix: 'phial',
  metrics: undefined,
  printConfig: false,
} as const

/** What `--help` prints. */
export function helpText(): string {
  const rows = Object.entries(options).map(([name, { short, value, help }]) => {
    const flags = `${short ? `-${short}, ` : '    '}--${name}${value ? ` ${value}` : ''}`
    return `  ${flags.padEnd(30)}  ${help}`
  })
  return `Usage: phial-server [OPTIONS] MODULE:APP

MODULE is a path without its ending, or a package's name. APP is an export, dotted if it lies
deeper, or a call that makes the application; without it: default, app or application.

  phial-server get_started:helloWorld
  phial-server -b 127.0.0.1:0 --access-logfile - 'site:createApp("production")'

Options (and what holds without them):
${rows.join('\n')}

PHIAL_SERVER_ARGS may hold options too; those of the command line win.
`
}

/** The words of one source, by option; `app` is the word that belongs to none. */
function readWords(words: readonly string[]): Map<string, string[]> {
  const given = new Map<string, string[]>()
  for (const token of tokens(words)) {
    if (token.kind === 'positional') put(given, 'app', token.value)
    if (token.kind === 'option') put(given, token.name, optionValue(token))
  }
  const apps = given.get('app') ?? []
  if (apps.length > 1)
    throw usage(`one MODULE:APP is served, these are ${apps.length}: ${apps.join(' ')}`)
  return given
}

/** `parseArgs` splits the words; what is wrong with them is for us to say. */
function tokens(words: readonly string[]): Token[] {
  const known = Object.entries(options).map(([name, { short, value }]) => {
    return [name, { type: value ? 'string' : 'boolean', ...(short && { short }) }] as const
  })
  return parseArgs({
    args: [...words],
    options: Object.fromEntries(known),
    strict: false,
    tokens: true,
    allowPositionals: true,
  }).tokens
}

type Token =
  | { kind: 'positional'; value: string }
  | { kind: 'option-terminator' }
  | {
      kind: 'option'
      name: string
      rawName: string
      value?: string | undefined
      inlineValue?: boolean | undefined
    }

function optionValue({ name, rawName, value, inlineValue }: Token & { kind: 'option' }): string {
  const option = Object.hasOwn(options, name) ? options[name] : undefined
  if (!option) throw usage(`there is no option ${rawName}${didYouMean(nearestFlag(rawName))}`)
  if (!option.value) {
    if (value !== undefined)
      throw usage(`${rawName} takes no value, it got ${JSON.stringify(value)}`)
    return ''
  }
  if (value === undefined || (!inlineValue && /^-./.test(value))) {
    throw usage(`${rawName} needs a value: ${rawName} ${option.value}`)
  }
  const wrong = option.check?.(value)
  if (wrong) throw usage(`${rawName} ${value}: ${wrong}`)
  return value
}

function nearestFlag(rawName: string): string | undefined {
  return nearest(
    rawName,
    Object.keys(options).map((name) => `--${name}`),
  )
}

function checkWorkers(value: string): string | undefined {
  if (!/^[1-9]\d*$/.test(value)) return 'is no number of workers; it takes 1'
  return value === '1'
    ? undefined
    : 'several workers are not supported yet; leave -w out, or say -w 1'
}

function isLevel(value: string | undefined): value is Level {
  return levels.some((level) => level === value)
}

function put(given: Map<string, string[]>, name: string, value: string): void {
  given.set(name, [...(given.get(name) ?? []), value])
}

function usage(message: string): StartError {
  return new StartError(exitCodes.usage, `${message} (phial-server --help lists the options)`)
}
