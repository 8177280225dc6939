/**
 * The table of all settings of `phial-server`, by topic. The parser, `--help`, `--print-config`, the types
 * (types.ts) and the tables in docs/serving.md are derived from it. After a change here, run `pnpm settings`.
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
    app: row(text('MODULE:APP'), undefined, 'the application', { not: 'option' }),
    bind: row(
      list('ADDRESS'),
      ['127.0.0.1:8000'],
      'the address to listen on: HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N; may be repeated; port 0 selects a free port',
      {
        short: 'b',
        env: { name: 'PORT', read: atPort, takes: 'a port, up to 65535' },
      },
    ),
    config: row(
      file,
      undefined,
      'the config file: .ts, .js or .json; by default phial-server.config.* in --chdir, if it exists',
      { short: 'c', not: 'config', otherwise: '' },
    ),
    chdir: row(text('DIR'), '.', 'the folder that MODULE and all other paths are relative to', {
      otherwise: 'the current folder',
    }),
    env: row(variables, {}, 'an environment variable for the workers; may be repeated', {
      short: 'e',
      otherwise: 'none',
    }),
    envFile: row(
      list('FILE'),
      undefined,
      'a file with environment variables for the workers; variables that are already set take precedence; may be repeated',
      { otherwise: 'none' },
    ),
    backlog: row(count(1), 2048, 'the maximum number of connections that wait to be accepted'),
    umask: row(
      mode,
      undefined,
      'the umask: permission bits to remove from unix sockets and files that the server creates',
      {
        short: 'm',
        otherwise: 'inherited',
      },
    ),
    pidfile: row(file, undefined, "the file to write the master's process id to", {
      flag: 'pid',
      short: 'p',
      otherwise: 'not written',
      check: (path) =>
        /^\d+$/.test(path)
          ? `expected a file; did you mean -b :${path}? (for a file named ${path}, pass ./${path})`
          : undefined,
    }),
    transport: row(
      choice('engine', 'http'),
      'engine',
      "the HTTP implementation: Phial's own engine, or node:http",
    ),
  },
  Workers: {
    workers: row(count(1), 1, 'the number of worker processes', {
      short: 'w',
      env: { name: 'WEB_CONCURRENCY' },
    }),
    reload: row(
      toggle,
      false,
      'for development: run one process, and restart it when a file of the application has changed',
    ),
    xray: row(
      toggle,
      false,
      'for development: show each request, layer by layer, at /__xray__/ (requires the package @phial/xray)',
    ),
    maxRequests: row(
      count(0),
      0,
      'the number of requests after which a worker is replaced; 0 means no limit',
    ),
    maxRequestsJitter: row(
      count(0),
      0,
      'the maximum random number to add to --max-requests for each worker',
    ),
    maxMemory: row(bytes, 0, 'the memory use above which a worker is replaced; 0 means no limit'),
  },
  Times: {
    timeout: row(
      seconds,
      30,
      'how long a worker may be unresponsive before it is replaced; 0 means no limit',
      {
        short: 't',
      },
    ),
    gracefulTimeout: row(
      seconds,
      30,
      'how long in-flight requests may take to finish when a worker stops',
    ),
    drain: row(
      seconds,
      0,
      'how long to keep accepting connections after TERM, until load balancers have noticed',
    ),
    keepAlive: row(
      seconds,
      defaultLimits.keepAlive,
      'how long an idle connection waits for its next request',
    ),
    headTimeout: row(
      seconds,
      defaultLimits.headTimeout,
      "the time limit from a request's first byte to the end of its head, else 408",
    ),
    bodyTimeout: row(
      seconds,
      defaultLimits.bodyTimeout,
      'the time limit between two pieces of a request body, else 408',
    ),
    writeTimeout: row(
      seconds,
      defaultLimits.writeTimeout,
      'how long a client may read nothing of a response before it is disconnected',
    ),
  },
  Limits: {
    limitRequestLine: row(
      bytes,
      defaultLimits.requestLine,
      'the maximum size of the request line, else 414',
    ),
    limitRequestFields: row(
      count(0),
      defaultLimits.fields,
      'the maximum number of header fields, else 431',
    ),
    limitRequestFieldSize: row(
      bytes,
      defaultLimits.fieldSize,
      'the maximum size of a header field, else 431',
      {
        flag: 'limit-request-field_size',
      },
    ),
    limitRequestHead: row(
      bytes,
      defaultLimits.head,
      'the maximum size of the request line and all header fields, else 431',
    ),
    limitRequestBody: row(
      bytes,
      defaultLimits.body,
      'the maximum size of a request body, else 413; 0 means no limit',
    ),
  },
  'Proxies and TLS': {
    forwardedAllowIps: row(
      commaList('LIST'),
      ['127.0.0.1', '::1'],
      'peers whose forwarding headers and PROXY headers are trusted: addresses and CIDR blocks, separated by commas, or *',
      {
        env: { name: 'FORWARDED_ALLOW_IPS' },
        check: (items) => items.map(allowFault).find((fault) => fault !== undefined),
      },
    ),
    forwardedHeaders: row(
      commaList('LIST'),
      ['for', 'proto'],
      'the forwarding headers to trust: for, proto, host, port, prefix; list only those that your proxy sets or removes',
      {
        check: (names) =>
          names.every((name) => forwardedParts.some((part) => part === name))
            ? undefined
            : `expected a list of ${forwardedParts.join(', ')}`,
      },
    ),
    proxyProtocol: row(
      choice('off', 'v1', 'v2', 'auto'),
      'off',
      'the version of the PROXY protocol header that each connection must begin with',
    ),
    certfile: row(file, undefined, 'the TLS certificate, in PEM', { otherwise: 'no TLS' }),
    keyfile: row(file, undefined, "the certificate's private key, in PEM", {
      otherwise: 'in --certfile',
    }),
  },
  'Logs and metrics': {
    accessLogfile: row(file, undefined, 'the file for the access log; - is standard output', {
      otherwise: 'none',
    }),
    accessLogformat: row(
      text('FORMAT'),
      undefined,
      "the format of an access log line, with gunicorn's atoms, or json",
      {
        otherwise: 'the combined log format, or json according to --log-format',
        check: (format) => (format === 'json' ? undefined : formatFault(format)),
      },
    ),
    errorLogfile: row(file, '-', 'the file for the error log; - is standard error'),
    logLevel: row(choice(...levels), 'info', 'the least severe level to write to the error log'),
    logFormat: row(
      choice('auto', 'human', 'json'),
      'human',
      'the format of both logs; auto is human on a terminal and json elsewhere',
    ),
    statsdHost: row(
      text('HOST:PORT'),
      undefined,
      'the statsd server to send metrics of each request to, by UDP',
      {
        otherwise: 'none',
        check: (host) => (readStatsdHost(host) ? undefined : 'expected HOST:PORT'),
      },
    ),
    statsdPrefix: row(text('PREFIX'), 'phial', 'the prefix of the statsd metric names'),
    metrics: row(
      text('ADDRESS'),
      undefined,
      'the address that serves /metrics for Prometheus, /live and /ready',
      {
        otherwise: 'none',
      },
    ),
  },
  'Instead of serving': {
    check: row(
      toggle,
      false,
      'report for each rule of the gateway whether the application, or a middleware, follows it',
      { not: 'config' },
    ),
    checkPath: row(
      list('PATH'),
      ['/'],
      'the path of the requests that --check sends; may be repeated',
      {
        not: 'config',
        check: (paths) =>
          paths.every((path) => path.startsWith('/'))
            ? undefined
            : 'expected a path that begins with /',
      },
    ),
    checkConfig: row(toggle, false, 'load the application, report errors, and exit', {
      not: 'config',
    }),
    printConfig: row(toggle, false, 'show each setting and its source', { not: 'config' }),
    version: row(toggle, false, 'show the version', { short: 'v', not: 'config' }),
    help: row(toggle, false, 'show this help', { short: 'h', not: 'config' }),
  },
}

function atPort(port: string): string[] | undefined {
  return /^\d{1,5}$/.test(port) && Number(port) <= 65_535 ? [`0.0.0.0:${port}`] : undefined
}

/** All rows, by the setting's name. */
export const settings: ReadonlyMap<string, Setting> = new Map(
  Object.values(table).flatMap((rows) => Object.entries(rows)),
)

/** Returns the name of a setting's option without dashes: `keep-alive` for `keepAlive`. */
export function flagOf(name: string, { flag }: Setting): string {
  return flag ?? name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
