/**
 * All that `phial-server` can be told, by theme: the one table from which the parser, `--help`,
 * `--print-config`, the types (types.ts) and the page docs/serving.md are made. After a change here:
 * `pnpm settings`.
 */
import { allowFault } from '../ingress/allow.ts'
import { forwardedParts } from '../ingress/forwarded.ts'
import { formatFault } from '../logs/access.ts'
import { levels } from '../logs/error.ts'
import { readStatsdHost } from '../metrics/statsd.ts'
import { defaultLimits } from '../transport.ts'
import { bytes, choice, commaList, count, file, list, mode, seconds } from './kinds.ts'
import { text, toggle, variables } from './kinds.ts'
import { row, type Setting } from './setting.ts'

export const table: Readonly<Record<string, Readonly<Record<string, Setting>>>> = {
  'What is served, and where': {
    app: row(text('MODULE:APP'), undefined, 'what is served', { not: 'option' }),
    bind: row(
      list('ADDRESS'),
      ['127.0.0.1:8000'],
      'where to listen: HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N; may be repeated; port 0 takes a free one',
      {
        short: 'b',
        env: { name: 'PORT', read: atPort, takes: 'a port, up to 65535' },
      },
    ),
    config: row(
      file,
      undefined,
      'a file with settings: .ts, .js or .json (phial-server.config.* in --chdir, if it is there)',
      { short: 'c', not: 'config', otherwise: '' },
    ),
    chdir: row(text('DIR'), '.', 'the folder from which MODULE and all other paths are seen', {
      otherwise: 'the current one',
    }),
    env: row(variables, {}, 'a variable for the environment of the workers; may be repeated', {
      short: 'e',
      otherwise: 'none',
    }),
    envFile: row(
      list('FILE'),
      undefined,
      'a file with variables for the environment of the workers; the real environment wins; may be repeated',
      { otherwise: 'none' },
    ),
    backlog: row(count(1), 2048, 'how many connections may wait to be accepted'),
    umask: row(
      mode,
      undefined,
      'the file mode bits that a unix socket and files are made without',
      {
        short: 'm',
        otherwise: 'as it is',
      },
    ),
    pidfile: row(file, undefined, "where to write the master's process id", {
      flag: 'pid',
      short: 'p',
      otherwise: 'nowhere',
      check: (path) =>
        /^\d+$/.test(path)
          ? `it takes a file; did you mean -b :${path}? (${path} as a file is ./${path})`
          : undefined,
    }),
    transport: row(
      choice('engine', 'http'),
      'engine',
      'what speaks HTTP: our engine, or node:http',
    ),
  },
  Workers: {
    workers: row(count(1), 1, 'how many processes answer', {
      short: 'w',
      env: { name: 'WEB_CONCURRENCY' },
    }),
    reload: row(
      toggle,
      false,
      'for development: one process, started anew when a file of the application has changed',
    ),
    xray: row(
      toggle,
      false,
      'for development: draw each request, layer by layer, at /__xray__/ (with the package @phial/xray)',
    ),
    maxRequests: row(count(0), 0, 'a worker is replaced after so many requests; 0 is never'),
    maxRequestsJitter: row(
      count(0),
      0,
      'by how many at most --max-requests differs between workers',
    ),
    maxMemory: row(bytes, 0, 'a worker is replaced when it holds so much memory; 0 is never'),
  },
  Times: {
    timeout: row(
      seconds,
      30,
      'how long a worker may stand still before it is replaced; 0 is forever',
      {
        short: 't',
      },
    ),
    gracefulTimeout: row(seconds, 30, 'how long a worker that stops may finish what is under way'),
    drain: row(seconds, 0, 'how long TERM keeps accepting, for load balancers that notice late'),
    keepAlive: row(
      seconds,
      defaultLimits.keepAlive,
      'how long a connection waits for its next request',
    ),
    headTimeout: row(
      seconds,
      defaultLimits.headTimeout,
      "from a request's first byte to the end of its head, else 408",
    ),
    bodyTimeout: row(
      seconds,
      defaultLimits.bodyTimeout,
      'from one piece of a body to the next, else 408',
    ),
    writeTimeout: row(
      seconds,
      defaultLimits.writeTimeout,
      'how long a client may take nothing of an answer',
    ),
  },
  Limits: {
    limitRequestLine: row(
      bytes,
      defaultLimits.requestLine,
      'the first line of a request, else 414',
    ),
    limitRequestFields: row(count(0), defaultLimits.fields, 'how many header fields, else 431'),
    limitRequestFieldSize: row(bytes, defaultLimits.fieldSize, 'one header field, else 431', {
      flag: 'limit-request-field_size',
    }),
    limitRequestHead: row(bytes, defaultLimits.head, 'line and header fields together, else 431'),
    limitRequestBody: row(bytes, defaultLimits.body, 'the body, else 413; 0 is no limit'),
  },
  'Proxies and TLS': {
    forwardedAllowIps: row(
      commaList('LIST'),
      ['127.0.0.1', '::1'],
      'peers whose forwarding headers and PROXY lines are believed: addresses and CIDR blocks with commas between, or *',
      {
        env: { name: 'FORWARDED_ALLOW_IPS' },
        check: (items) => items.map(allowFault).find((fault) => fault !== undefined),
      },
    ),
    forwardedHeaders: row(
      commaList('LIST'),
      ['for', 'proto'],
      'what is believed of them: for, proto, host, port, prefix; name only what your proxy sets or drops',
      {
        check: (names) =>
          names.every((name) => forwardedParts.some((part) => part === name))
            ? undefined
            : `it takes a list of ${forwardedParts.join(', ')}`,
      },
    ),
    proxyProtocol: row(
      choice('off', 'v1', 'v2', 'auto'),
      'off',
      'whether connections begin with a PROXY line, and of which version',
    ),
    certfile: row(file, undefined, 'the TLS certificate, in PEM', { otherwise: 'no TLS' }),
    keyfile: row(file, undefined, "the certificate's private key, in PEM", {
      otherwise: 'in --certfile',
    }),
  },
  'Logs and metrics': {
    accessLogfile: row(
      file,
      undefined,
      'where to write a line for each request; - is standard output',
      {
        otherwise: 'nowhere',
      },
    ),
    accessLogformat: row(text('FORMAT'), undefined, "the line's form: gunicorn's atoms, or json", {
      otherwise: 'the combined log format, or json if --log-format says so',
      check: (format) => (format === 'json' ? undefined : formatFault(format)),
    }),
    errorLogfile: row(file, '-', 'where the server speaks of itself; - is standard error'),
    logLevel: row(choice(...levels), 'info', 'how much it says'),
    logFormat: row(
      choice('auto', 'human', 'json'),
      'human',
      'the form of both logs: human, json, or auto: human on a terminal, json elsewhere',
    ),
    statsdHost: row(
      text('HOST:PORT'),
      undefined,
      'a statsd server to be told of each request, by UDP',
      {
        otherwise: 'none',
        check: (host) => (readStatsdHost(host) ? undefined : 'it takes HOST:PORT'),
      },
    ),
    statsdPrefix: row(text('PREFIX'), 'phial', "what statsd's names begin with"),
    metrics: row(
      text('ADDRESS'),
      undefined,
      'where to serve /metrics of all workers for Prometheus, /live and /ready',
      {
        otherwise: 'nowhere',
      },
    ),
  },
  'Instead of serving': {
    check: row(
      toggle,
      false,
      'say of each rule of the gateway whether the application keeps it, or a middleware in its place',
      { not: 'config' },
    ),
    checkPath: row(list('PATH'), ['/'], 'what --check asks the application for; may be repeated', {
      not: 'config',
      check: (paths) =>
        paths.every((path) => path.startsWith('/')) ? undefined : 'it begins with /',
    }),
    checkConfig: row(toggle, false, 'load the application, say what is wrong if anything is', {
      not: 'config',
    }),
    printConfig: row(toggle, false, 'show each setting and where it comes from', { not: 'config' }),
    version: row(toggle, false, 'show the version', { short: 'v', not: 'config' }),
    help: row(toggle, false, 'show this', { short: 'h', not: 'config' }),
  },
}

function atPort(port: string): string[] | undefined {
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535 ? [`0.0.0.0:${port}`] : undefined
}

/** All rows, by the setting's name. */
export const settings: ReadonlyMap<string, Setting> = new Map(
  Object.values(table).flatMap((rows) => Object.entries(rows)),
)

/** The name of a setting's option: `keepAlive` is told by `--keep-alive`. */
export function flagOf(name: string, { flag }: Setting): string {
  return flag ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
