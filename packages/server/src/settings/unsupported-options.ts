/**
 * What to do instead of gunicorn's options that Phial does not support, by the name of gunicorn's option, or of its
 * setting with dashes.
 */
const answers: Readonly<Record<string, string>> = {
  preload:
    'Node cannot fork a process that has loaded the application, so each worker loads it itself',
  daemon:
    'the server stays in the foreground; let systemd, a container or nohup put it in the background',

  'worker-class':
    'there is only one kind of worker, which answers many requests concurrently; see --workers and --transport',
  threads: 'a worker answers many requests concurrently without threads; see --workers',
  'worker-connections': 'the number of connections is limited only by file descriptors (ulimit -n)',
  'worker-tmp-dir': 'workers are monitored over a channel, which needs no file',
  user: 'start the server as that user: User= in a systemd unit, USER in a Dockerfile',
  group: 'start the server as that group: Group= in a systemd unit, USER in a Dockerfile',
  initgroups: 'start the server as the target user: User= in a systemd unit',
  name: 'use --pid files to distinguish servers',
  pythonpath: 'modules are resolved by Node, relative to --chdir',
  paste: 'name the application: phial-server MODULE:APP, or app in a config file',
  'wsgi-app': 'use app',
  'raw-env': 'use env, an object',
  spew: 'use --inspect or --cpu-prof of node',
  sendfile: 'let a reverse proxy serve large files',
  'reuse-port': 'the address is bound once and shared by the workers; set their number with -w',
  'tmp-upload-dir': 'the server does not store request bodies in files',
  'reload-engine': 'there is only one; see --reload',
  'reload-extra-file': '--reload checks the files that the application imports',

  port: 'the port is part of the address: -b :3000, or -b 127.0.0.1:3000; or set the variable PORT',
  host: 'the host is part of the address: -b 0.0.0.0:8000',

  'log-file': 'use --error-logfile',
  accesslog: 'use accessLogfile',
  errorlog: 'use errorLogfile',
  'access-log-format': 'use accessLogformat',
  loglevel: 'use logLevel',
  keepalive: 'use keepAlive, in seconds',
  'capture-output':
    'standard output of an application is not redirected; wsgi.errors goes to --error-logfile',
  'enable-stdio-inheritance': 'standard output of an application is not buffered',
  'logger-class': 'there is only one; see --log-format, --access-logformat and --log-level',
  'log-config': 'see --log-format, --access-logformat and --log-level',
  'log-syslog': 'write to standard error, which systemd passes on to syslog; or pipe it to logger',
  'enable-backlog-metric': 'ss -ltn shows the backlog; see --metrics for other metrics',
  'dogstatsd-tags': 'let the agent at --statsd-host add tags; see --metrics',

  'proxy-allow-from': 'trusted peers are in one list: --forwarded-allow-ips',
  'proxy-allow-ips': 'trusted peers are in one list: --forwarded-allow-ips',
  'secure-scheme-headers':
    'X-Forwarded-Proto and Forwarded are trusted from peers in --forwarded-allow-ips',
  'forwarder-headers':
    'use --forwarded-headers for the headers to trust, and --forwarded-allow-ips for the peers',
  'root-path':
    'let the proxy send X-Forwarded-Prefix, and set --forwarded-headers for,proto,prefix',
  'header-map': 'headers whose names contain _ are always dropped',
  ssl: 'TLS 1.2 and newer are supported, with the ciphers of Node; see --certfile and --keyfile',
  permit: 'requests that the HTTP standard forbids are always rejected',
  protocol: 'the server speaks HTTP/1.1 and 1.0; terminate HTTP/2 at a reverse proxy',
  asgi: 'applications are gateway functions, which may be async',
  dirty: 'use a job queue for long work',
  'control-socket': 'control the server with signals',
}

/** Aliases, and patterns for groups of options. */
const same: readonly (readonly [RegExp, string])[] = [
  [/^preload-app$/, 'preload'],
  [/^(k|worker-class-str)$/, 'worker-class'],
  [/^D$/, 'daemon'],
  [/^u$/, 'user'],
  [/^g$/, 'group'],
  [/^(n|proc-name)$/, 'name'],
  [/^(paster|paste-global)$/, 'paste'],
  [/^no-sendfile$/, 'sendfile'],
  [/^R$/, 'enable-stdio-inheritance'],
  [/^reload-extra-files$/, 'reload-extra-file'],
  [/^log-config-(json|dict)$|^logconfig(-dict|-json)?$/, 'log-config'],
  [/^(log-)?syslog|^disable-redirect-access-to-syslog$/, 'log-syslog'],
  [
    /^(ssl-version|cert-reqs|ca-certs|suppress-ragged-eofs|do-handshake-on-connect|ciphers)$/,
    'ssl',
  ],
  [/^(permit-.*|casefold-http-method|strip-header-spaces)$/, 'permit'],
  [/^(http2?-.*|http-parser)$/, 'protocol'],
  [/^asgi-/, 'asgi'],
  [/^dirty-/, 'dirty'],
  [/^control-socket/, 'control-socket'],
]

/** Returns what to do instead of an unsupported option or setting of gunicorn. Returns `undefined` for other names. */
export function insteadOf(name: string): string | undefined {
  const dashed = name.replaceAll(/[A-Z](?=[a-z])/g, (letter) => `-${letter.toLowerCase()}`)
  const wanted = dashed.replaceAll('_', '-').replace(/^-+/, '')
  const known = same.find(([pattern]) => pattern.test(wanted))?.[1] ?? wanted
  return Object.hasOwn(answers, known) ? answers[known] : undefined
}
