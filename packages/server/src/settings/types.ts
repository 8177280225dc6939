// Written by `pnpm settings` from table.ts. Change that.
import type { HooksOf, MasterInfoOf, WorkerInfoOf } from './hooks.ts'

/** The hooks of a config file. See {@link HooksOf}. */
export type Hooks = HooksOf<Settings>

/** The master, as its hooks see it. See {@link MasterInfoOf}. */
export type MasterInfo = MasterInfoOf<Settings>

/** A worker, as its hooks see it. See {@link WorkerInfoOf}. */
export type WorkerInfo = WorkerInfoOf<Settings>

/** All that `phial-server` knows when it starts, checked. */
export interface Settings {
  /** What is served. */
  readonly app: string | undefined
  /** Where to listen: HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N; may be repeated; port 0 takes a free one. `-b, --bind ADDRESS` Default: 127.0.0.1:8000, or 0.0.0.0:$PORT. */
  readonly bind: readonly string[]
  /** A file with settings: .ts, .js or .json (phial-server.config.* in --chdir, if it is there). `-c, --config FILE` */
  readonly config: string | undefined
  /** The folder from which MODULE and all other paths are seen. `--chdir DIR` Default: the current one. */
  readonly chdir: string
  /** A variable for the environment of the workers; may be repeated. `-e, --env NAME=VALUE` Default: none. */
  readonly env: Readonly<Record<string, string>>
  /** A file with variables for the environment of the workers; the real environment wins; may be repeated. `--env-file FILE` Default: none. */
  readonly envFile: readonly string[] | undefined
  /** How many connections may wait to be accepted. `--backlog N` Default: 2048. */
  readonly backlog: number
  /** The file mode bits that a unix socket and files are made without. `-m, --umask MODE` Default: as it is. */
  readonly umask: number | undefined
  /** Where to write the master's process id. `-p, --pid FILE` Default: nowhere. */
  readonly pidfile: string | undefined
  /** What speaks HTTP: our engine, or node:http. `--transport engine|http` Default: engine. */
  readonly transport: 'engine' | 'http'
  /** How many processes answer. `-w, --workers N` Default: $WEB_CONCURRENCY, or 1. */
  readonly workers: number
  /** For development: one process, started anew when a file of the application has changed. `--reload` */
  readonly reload: boolean
  /** For development: draw each request, layer by layer, at /__xray__/ (with the package @phial/xray). `--xray` */
  readonly xray: boolean
  /** A worker is replaced after so many requests; 0 is never. `--max-requests N` Default: 0. */
  readonly maxRequests: number
  /** By how many at most --max-requests differs between workers. `--max-requests-jitter N` Default: 0. */
  readonly maxRequestsJitter: number
  /** A worker is replaced when it holds so much memory; 0 is never. `--max-memory BYTES` Default: 0. */
  readonly maxMemory: number
  /** How long a worker may stand still before it is replaced; 0 is forever. `-t, --timeout SECONDS` Default: 30. */
  readonly timeout: number
  /** How long a worker that stops may finish what is under way. `--graceful-timeout SECONDS` Default: 30. */
  readonly gracefulTimeout: number
  /** How long TERM keeps accepting, for load balancers that notice late. `--drain SECONDS` Default: 0. */
  readonly drain: number
  /** How long a connection waits for its next request. `--keep-alive SECONDS` Default: 65. */
  readonly keepAlive: number
  /** From a request's first byte to the end of its head, else 408. `--head-timeout SECONDS` Default: 30. */
  readonly headTimeout: number
  /** From one piece of a body to the next, else 408. `--body-timeout SECONDS` Default: 30. */
  readonly bodyTimeout: number
  /** How long a client may take nothing of an answer. `--write-timeout SECONDS` Default: 30. */
  readonly writeTimeout: number
  /** The first line of a request, else 414. `--limit-request-line BYTES` Default: 8190. */
  readonly limitRequestLine: number
  /** How many header fields, else 431. `--limit-request-fields N` Default: 100. */
  readonly limitRequestFields: number
  /** One header field, else 431. `--limit-request-field_size BYTES` Default: 8190. */
  readonly limitRequestFieldSize: number
  /** Line and header fields together, else 431. `--limit-request-head BYTES` Default: 65536. */
  readonly limitRequestHead: number
  /** The body, else 413; 0 is no limit. `--limit-request-body BYTES` Default: 0. */
  readonly limitRequestBody: number
  /** Peers whose forwarding headers and PROXY lines are believed: addresses and CIDR blocks with commas between, or *. `--forwarded-allow-ips LIST` Default: $FORWARDED_ALLOW_IPS, or 127.0.0.1,::1. */
  readonly forwardedAllowIps: readonly string[]
  /** What is believed of them: for, proto, host, port, prefix; name only what your proxy sets or drops. `--forwarded-headers LIST` Default: for,proto. */
  readonly forwardedHeaders: readonly string[]
  /** Whether connections begin with a PROXY line, and of which version. `--proxy-protocol off|v1|v2|auto` Default: off. */
  readonly proxyProtocol: 'off' | 'v1' | 'v2' | 'auto'
  /** The TLS certificate, in PEM. `--certfile FILE` Default: no TLS. */
  readonly certfile: string | undefined
  /** The certificate's private key, in PEM. `--keyfile FILE` Default: in --certfile. */
  readonly keyfile: string | undefined
  /** Where to write a line for each request; - is standard output. `--access-logfile FILE` Default: nowhere. */
  readonly accessLogfile: string | undefined
  /** The line's form: gunicorn's atoms, or json. `--access-logformat FORMAT` Default: the combined log format, or json if --log-format says so. */
  readonly accessLogformat: string | undefined
  /** Where the server speaks of itself; - is standard error. `--error-logfile FILE` Default: -. */
  readonly errorLogfile: string
  /** How much it says. `--log-level debug|info|warning|error|critical` Default: info. */
  readonly logLevel: 'debug' | 'info' | 'warning' | 'error' | 'critical'
  /** The form of both logs: human, json, or auto: human on a terminal, json elsewhere. `--log-format auto|human|json` Default: human. */
  readonly logFormat: 'auto' | 'human' | 'json'
  /** A statsd server to be told of each request, by UDP. `--statsd-host HOST:PORT` Default: none. */
  readonly statsdHost: string | undefined
  /** What statsd's names begin with. `--statsd-prefix PREFIX` Default: phial. */
  readonly statsdPrefix: string
  /** Where to serve /metrics of all workers for Prometheus, /live and /ready. `--metrics ADDRESS` Default: nowhere. */
  readonly metrics: string | undefined
  /** Say of each rule of the gateway whether the application keeps it, or a middleware in its place. `--check` */
  readonly check: boolean
  /** What --check asks the application for; may be repeated. `--check-path PATH` Default: /. */
  readonly checkPath: readonly string[]
  /** Load the application, say what is wrong if anything is. `--check-config` */
  readonly checkConfig: boolean
  /** Show each setting and where it comes from. `--print-config` */
  readonly printConfig: boolean
  /** Show the version. `-v, --version` */
  readonly version: boolean
  /** Show this. `-h, --help` */
  readonly help: boolean
  /** Functions that are called at certain moments. */
  readonly hooks: Hooks
}

/**
 * What a config file exports as its default.
 *
 * ```ts
 * export default { bind: 'unix:/run/site.sock', workers: 4 } satisfies ServerConfig
 * ```
 */
export interface ServerConfig {
  /** What is served. */
  readonly app?: string | undefined
  /** Where to listen: HOST:PORT, [IPV6]:PORT, unix:PATH or fd://N; may be repeated; port 0 takes a free one. `-b, --bind ADDRESS` Default: 127.0.0.1:8000, or 0.0.0.0:$PORT. */
  readonly bind?: string | readonly string[] | undefined
  /** The folder from which MODULE and all other paths are seen. `--chdir DIR` Default: the current one. */
  readonly chdir?: string | undefined
  /** A variable for the environment of the workers; may be repeated. `-e, --env NAME=VALUE` Default: none. */
  readonly env?: Readonly<Record<string, string>> | undefined
  /** A file with variables for the environment of the workers; the real environment wins; may be repeated. `--env-file FILE` Default: none. */
  readonly envFile?: string | readonly string[] | undefined
  /** How many connections may wait to be accepted. `--backlog N` Default: 2048. */
  readonly backlog?: number | undefined
  /** The file mode bits that a unix socket and files are made without. `-m, --umask MODE` Default: as it is. */
  readonly umask?: number | string | undefined
  /** Where to write the master's process id. `-p, --pid FILE` Default: nowhere. */
  readonly pidfile?: string | undefined
  /** What speaks HTTP: our engine, or node:http. `--transport engine|http` Default: engine. */
  readonly transport?: 'engine' | 'http' | undefined
  /** How many processes answer. `-w, --workers N` Default: $WEB_CONCURRENCY, or 1. */
  readonly workers?: number | undefined
  /** For development: one process, started anew when a file of the application has changed. `--reload` */
  readonly reload?: boolean | undefined
  /** For development: draw each request, layer by layer, at /__xray__/ (with the package @phial/xray). `--xray` */
  readonly xray?: boolean | undefined
  /** A worker is replaced after so many requests; 0 is never. `--max-requests N` Default: 0. */
  readonly maxRequests?: number | undefined
  /** By how many at most --max-requests differs between workers. `--max-requests-jitter N` Default: 0. */
  readonly maxRequestsJitter?: number | undefined
  /** A worker is replaced when it holds so much memory; 0 is never. `--max-memory BYTES` Default: 0. */
  readonly maxMemory?: number | string | undefined
  /** How long a worker may stand still before it is replaced; 0 is forever. `-t, --timeout SECONDS` Default: 30. */
  readonly timeout?: number | undefined
  /** How long a worker that stops may finish what is under way. `--graceful-timeout SECONDS` Default: 30. */
  readonly gracefulTimeout?: number | undefined
  /** How long TERM keeps accepting, for load balancers that notice late. `--drain SECONDS` Default: 0. */
  readonly drain?: number | undefined
  /** How long a connection waits for its next request. `--keep-alive SECONDS` Default: 65. */
  readonly keepAlive?: number | undefined
  /** From a request's first byte to the end of its head, else 408. `--head-timeout SECONDS` Default: 30. */
  readonly headTimeout?: number | undefined
  /** From one piece of a body to the next, else 408. `--body-timeout SECONDS` Default: 30. */
  readonly bodyTimeout?: number | undefined
  /** How long a client may take nothing of an answer. `--write-timeout SECONDS` Default: 30. */
  readonly writeTimeout?: number | undefined
  /** The first line of a request, else 414. `--limit-request-line BYTES` Default: 8190. */
  readonly limitRequestLine?: number | string | undefined
  /** How many header fields, else 431. `--limit-request-fields N` Default: 100. */
  readonly limitRequestFields?: number | undefined
  /** One header field, else 431. `--limit-request-field_size BYTES` Default: 8190. */
  readonly limitRequestFieldSize?: number | string | undefined
  /** Line and header fields together, else 431. `--limit-request-head BYTES` Default: 65536. */
  readonly limitRequestHead?: number | string | undefined
  /** The body, else 413; 0 is no limit. `--limit-request-body BYTES` Default: 0. */
  readonly limitRequestBody?: number | string | undefined
  /** Peers whose forwarding headers and PROXY lines are believed: addresses and CIDR blocks with commas between, or *. `--forwarded-allow-ips LIST` Default: $FORWARDED_ALLOW_IPS, or 127.0.0.1,::1. */
  readonly forwardedAllowIps?: string | readonly string[] | undefined
  /** What is believed of them: for, proto, host, port, prefix; name only what your proxy sets or drops. `--forwarded-headers LIST` Default: for,proto. */
  readonly forwardedHeaders?: string | readonly string[] | undefined
  /** Whether connections begin with a PROXY line, and of which version. `--proxy-protocol off|v1|v2|auto` Default: off. */
  readonly proxyProtocol?: 'off' | 'v1' | 'v2' | 'auto' | undefined
  /** The TLS certificate, in PEM. `--certfile FILE` Default: no TLS. */
  readonly certfile?: string | undefined
  /** The certificate's private key, in PEM. `--keyfile FILE` Default: in --certfile. */
  readonly keyfile?: string | undefined
  /** Where to write a line for each request; - is standard output. `--access-logfile FILE` Default: nowhere. */
  readonly accessLogfile?: string | undefined
  /** The line's form: gunicorn's atoms, or json. `--access-logformat FORMAT` Default: the combined log format, or json if --log-format says so. */
  readonly accessLogformat?: string | undefined
  /** Where the server speaks of itself; - is standard error. `--error-logfile FILE` Default: -. */
  readonly errorLogfile?: string | undefined
  /** How much it says. `--log-level debug|info|warning|error|critical` Default: info. */
  readonly logLevel?: 'debug' | 'info' | 'warning' | 'error' | 'critical' | undefined
  /** The form of both logs: human, json, or auto: human on a terminal, json elsewhere. `--log-format auto|human|json` Default: human. */
  readonly logFormat?: 'auto' | 'human' | 'json' | undefined
  /** A statsd server to be told of each request, by UDP. `--statsd-host HOST:PORT` Default: none. */
  readonly statsdHost?: string | undefined
  /** What statsd's names begin with. `--statsd-prefix PREFIX` Default: phial. */
  readonly statsdPrefix?: string | undefined
  /** Where to serve /metrics of all workers for Prometheus, /live and /ready. `--metrics ADDRESS` Default: nowhere. */
  readonly metrics?: string | undefined
  /** Functions that are called at certain moments. */
  readonly hooks?: Hooks | undefined
}
