import { expect, test } from 'vitest'
import { insteadOf } from '../../../packages/server/src/settings/unsupported-options.ts'
import { settings } from '../../../packages/server/src/settings/table.ts'

test.each([
  ['preload', 'Node cannot fork'],
  ['preload_app', 'Node cannot fork'],
  ['preloadApp', 'Node cannot fork'],
  ['daemon', 'foreground'],
  ['D', 'foreground'],
  ['worker-class', 'only one kind of worker'],
  ['worker_class', 'only one kind of worker'],
  ['k', 'only one kind of worker'],
  ['threads', '--workers'],
  ['reuse-port', 'bound once'],
  ['log-syslog-to', 'logger'],
  ['http2-max-frame-size', 'a reverse proxy'],
  ['permit-obsolete-folding', 'always rejected'],
  ['ca-certs', 'TLS 1.2'],
  ['port', '-b :3000'],
  ['host', '-b 0.0.0.0:8000'],
])('returns what to do instead of %s', (name, answer) => {
  expect(insteadOf(name)).toContain(answer)
})

test.each(['nope', 'constructor', 'http', 'timeout', ''])(
  'returns undefined for %s, which gunicorn does not have',
  (name) => {
    expect(insteadOf(name)).toBeUndefined()
  },
)

test('no supported setting is listed as unsupported', () => {
  expect([...settings.keys()].filter((name) => insteadOf(name) !== undefined)).toEqual([])
})

/** The settings of gunicorn 26.1, from its documentation. */
const gunicorn = `bind backlog workers worker_class threads worker_connections max_requests
  max_requests_jitter timeout graceful_timeout limit_request_line limit_request_fields
  limit_request_field_size reload reload_engine reload_extra_files spew check_config print_config
  preload_app sendfile reuse_port chdir daemon raw_env pidfile worker_tmp_dir user group umask
  initgroups tmp_upload_dir secure_scheme_headers forwarded_allow_ips accesslog access_log_format
  errorlog loglevel capture_output logger_class logconfig logconfig_dict logconfig_json syslog
  syslog_addr enable_stdio_inheritance statsd_host statsd_prefix dogstatsd_tags
  enable_backlog_metric proc_name pythonpath paste proxy_protocol proxy_allow_ips protocol keyfile
  certfile ssl_version cert_reqs ca_certs suppress_ragged_eofs do_handshake_on_connect ciphers
  http_protocols http2_cleartext http2_max_concurrent_streams permit_obsolete_folding
  strip_header_spaces permit_unconventional_http_method casefold_http_method forwarder_headers
  header_map asgi_loop http_parser root_path dirty_workers control_socket wsgi_app keepalive config`

test.each(gunicorn.split(/\s+/))("gunicorn's setting %s is supported or explained", (name) => {
  const camel = name.replaceAll(/_(\w)/g, (_all, letter: string) => letter.toUpperCase())
  expect(settings.has(camel) || insteadOf(name) !== undefined).toBe(true)
})
