import type { Level } from '../logs/error.ts'

/** What a start needs to know, checked. All of it can be sent from process to process but `hooks`. */
export interface Settings {
  /** `MODULE:APP`, as it was given. */
  readonly app: string | undefined
  readonly bind: readonly string[]
  readonly workers: number
  /** The file that was read, absolute. */
  readonly config: string | undefined
  /** Absolute. All other paths are seen from here. */
  readonly chdir: string
  readonly env: Readonly<Record<string, string>>
  /** All times in seconds, 0 for no limit. */
  readonly timeout: number
  readonly gracefulTimeout: number
  readonly keepAlive: number
  readonly headTimeout: number
  readonly bodyTimeout: number
  readonly writeTimeout: number
  /** 0 for no limit; so are the next two. */
  readonly maxRequests: number
  readonly maxRequestsJitter: number
  /** In bytes. */
  readonly maxMemory: number
  readonly reload: boolean
  readonly pidfile: string | undefined
  /** As a number: `0o022`. The one that is in force, if not given. */
  readonly umask: number | undefined
  readonly backlog: number
  readonly transport: 'engine' | 'http'
  /** All limits in bytes, or how many; 0 for no limit. */
  readonly limitRequestLine: number
  readonly limitRequestFields: number
  readonly limitRequestFieldSize: number
  readonly limitRequestHead: number
  readonly limitRequestBody: number
  /** Addresses and CIDR blocks, or `*`. */
  readonly forwardedAllowIps: readonly string[]
  readonly proxyProtocol: 'off' | 'v1' | 'v2' | 'auto'
  readonly certfile: string | undefined
  readonly keyfile: string | undefined
  /** `-` is standard output. */
  readonly accessLogfile: string | undefined
  /** `json`, or a format with atoms. */
  readonly accessLogformat: string
  /** `-` is standard error. */
  readonly errorLogfile: string
  readonly logLevel: Level
  readonly logFormat: 'auto' | 'human' | 'json'
  readonly statsdHost: string | undefined
  readonly statsdPrefix: string
  /** Where to serve the metrics. */
  readonly metrics: string | undefined
  readonly checkConfig: boolean
  readonly printConfig: boolean
  readonly help: boolean
  readonly version: boolean
}
