/**
 * What gunicorn's users may ask for and is not here: the answer says what to do instead. By the name
 * of gunicorn's option, or of its setting with dashes.
 */
const answers: Readonly<Record<string, string>> = {
  preload:
    'Node cannot fork a process that has loaded the application, so each worker loads it itself',
  daemon:
    'the server stays in the foreground; let systemd, a container or nohup put it in the background',

  'worker-class':
    'there is one kind of worker: each answers many requests at once; see --workers and --transport',
  threads: 'a worker needs none to answer many requests at once; see --workers',
  'worker-connections': 'a worker takes as many connections as it has file descriptors (ulimit -n)',
  'worker-tmp-dir': 'workers are watched over a channel, no file is needed',
  user: 'start the server as that user: User= in a systemd unit, USER in a Dockerfile',
  group: 'start the server as that group: Group= in a systemd unit, USER in a Dockerfile',
  initgroups: 'start the server as the user it is to be: User= in a systemd unit',
  name: 'tell two servers apart by their --pid files',
  pythonpath: 'modules are found as Node finds them, seen from --chdir',
  paste: 'name the application: phial-server MODULE:APP, or app in a config file',
  'wsgi-app': 'here it is app',
  'raw-env': 'here it is env, an object',
  spew: 'node has --inspect and --cpu-prof for that',
  sendfile: 'there is no sendfile; large files are the business of the proxy in front',
  'reuse-port': 'the address is bound once, and workers share it; -w says how many there are',
  'tmp-upload-dir': 'bodies are not kept in files; where they are is up to the application',
  'reload-engine': 'there is one; see --reload',
  'reload-extra-file': 'what the application imports is watched; see --reload',

  port: 'it belongs to the address: -b :3000, or -b 127.0.0.1:3000; or set the variable PORT',
  host: 'it is the address: -b 0.0.0.0:8000',

  'log-file': 'here it is --error-logfile',
  accesslog: 'here it is accessLogfile',
  errorlog: 'here it is errorLogfile',
  'access-log-format': 'here it is accessLogformat',
  loglevel: 'here it is logLevel',
  keepalive: 'here it is keepAlive, in seconds',
  'capture-output':
    'what an application prints stays where it prints it; wsgi.errors goes to --error-logfile',
  'enable-stdio-inheritance': 'what an application prints leaves at once',
  'logger-class': 'there is one logger; see --log-format, --access-logformat and --log-level',
  'log-config': 'see --log-format, --access-logformat and --log-level',
  'log-syslog': 'write to standard error: systemd hands it to syslog, and so does | logger',
  'enable-backlog-metric': 'ss -ltn shows how many connections wait; see --metrics for the rest',
  'dogstatsd-tags': 'tags can be added by the agent that listens at --statsd-host; see --metrics',

  'proxy-allow-from': 'one list says who is trusted: --forwarded-allow-ips',
  'proxy-allow-ips': 'one list says who is trusted: --forwarded-allow-ips',
  'secure-scheme-headers':
    'X-Forwarded-Proto and Forwarded are read from those in --forwarded-allow-ips',
  'forwarder-headers':
    'see --forwarded-headers for what is believed, --forwarded-allow-ips for whom',
  'root-path':
    'let the proxy send X-Forwarded-Prefix, and say --forwarded-headers for,proto,prefix',
  'header-map': 'header names with _ are dropped, always',
  ssl: 'TLS is TLS 1.2 and newer, with the ciphers of Node; see --certfile and --keyfile',
  permit: 'what the HTTP standard refuses is refused, always',
  protocol: 'HTTP/1.1 and 1.0 are spoken; HTTP/2 ends at the proxy in front',
  asgi: 'applications are gateway functions, which may be async as they are',
  dirty: 'long work belongs in a queue of its own',
  'control-socket': 'the server is steered by signals',
}

/** Other names for the same, and families. */
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

/** What to do instead of an option or a setting of gunicorn's, if it is one. */
export function insteadOf(name: string): string | undefined {
  const dashed = name.replaceAll(/[A-Z](?=[a-z])/g, (letter) => `-${letter.toLowerCase()}`)
  const wanted = dashed.replaceAll('_', '-').replace(/^-+/, '')
  const known = same.find(([pattern]) => pattern.test(wanted))?.[1] ?? wanted
  return Object.hasOwn(answers, known) ? answers[known] : undefined
}
