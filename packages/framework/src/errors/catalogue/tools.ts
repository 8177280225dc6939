import type { Catalogue } from './entry.ts'

/** Sessions, settings, commands, tests. */
export const tools: Catalogue = {
  ERR_PHIAL_SESSION_READONLY: {
    means:
      'The session was changed, but the change cannot be saved: `SECRET_KEY` is missing or too weak, or the response has already been sent. The message says which.',
    example: `app.testRequestContext('/').run(() => { session.user = 'ada' })`,
    remedy:
      'Set `app.config.SECRET_KEY` to at least 32 random characters. Change the session before the response is sent, not while its body is streamed.',
  },
  ERR_PHIAL_SESSION_SECRET: {
    means: 'The app calls `checkSecret` at startup, and `SECRET_KEY` is missing or too weak.',
    example: `checkSecret(app)`,
    remedy:
      'Set `PHIAL_SECRET_KEY`, in `.env` or in the environment, to at least 32 random characters, and load it with `app.config.fromPrefixedEnv()`. The message has a command that generates a secret.',
  },
  ERR_PHIAL_SESSION_TOO_LARGE: {
    means: 'The session cookie is larger than browsers accept.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.get('/', () => { session.text = 'long '.repeat(1000); return 'Hello' })
await client.get('/')`,
    remedy:
      'Store less in the session, such as ids instead of records, or use a session store: `app.sessionInterface = new StoredSessions(…)`.',
  },
  ERR_PHIAL_SESSION_COOKIE_NAME: {
    means:
      'The name of the session cookie starts with `__Host-`. Browsers accept such a cookie only with `Path=/` and without a domain.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.config.SESSION_COOKIE_NAME = '__Host-session'
app.config.SESSION_COOKIE_DOMAIN = 'example.com'
app.get('/', () => { session.user = 'ada'; return 'Hello' })
await client.get('/')`,
    remedy:
      'Omit `SESSION_COOKIE_DOMAIN` and keep `SESSION_COOKIE_PATH` at `/`, or choose another name.',
  },
  ERR_PHIAL_SESSION_VALUE: {
    means: 'A session value, such as an instance of a class, cannot be serialized without loss.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.get('/', () => { session.user = new URL('https://example.com'); return 'Hello' })
await client.get('/')`,
    remedy:
      'Use strings, finite numbers, booleans, `null`, arrays, plain objects, `Date`, `Uint8Array`, `Map` and `Set`. For anything else, store its id.',
  },
  ERR_PHIAL_SESSION_STORE: {
    means:
      'The session store failed, or did not answer in time. Only requests that use their session fail. Phial retries the store in the background.',
    example: `app.sessionInterface = new StoredSessions({ get: async () => { throw new Error('refused') }, set: async () => {}, delete: async () => {} })
app.get('/', () => String(session.user))
await client.get('/', { headers: { Cookie: 'session=' + 'a'.repeat(43) } })`,
    remedy: 'Check that the store is running and reachable. The message contains its error.',
  },
  ERR_PHIAL_SESSION_UNREAD: {
    means:
      'The session is in an asynchronous store and has not been read yet in this context. During a request, Phial reads it automatically.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.sessionInterface = new StoredSessions({ get: async () => undefined, set: async () => {}, delete: async () => {} })
const headers = { Cookie: 'session=abc' }
app.testRequestContext('/', { headers }).run(() => session.user)`,
    remedy: 'In a test or a script, read the session first: `await readSession(context)`.',
  },
  ERR_PHIAL_CAPTURE: {
    means: 'The file to replay is not a request captured by X-ray.',
    example: `readCapture('{"request": "GET /"}')`,
    remedy:
      'Pass a file saved with "Save for replay" or printed by `phial xray … --json`. To write one by hand, start from `{"request": {"environ": {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}}}`.',
  },
  ERR_PHIAL_CONFIG_TYPE: {
    means: 'One of the settings of Phial was set to a value that it does not accept.',
    example: `app.config.fromObject({ MAX_FORM_PARTS: 'many' })`,
    remedy:
      'Set a value of the type that the message names, or omit the setting to use its default. The page docs/configuration.md lists all settings.',
  },
  ERR_PHIAL_CONFIG_SCHEMA: {
    means:
      'The settings do not match the schema passed to `app.config.validate`. The message names each setting that does not match.',
    example: `const schema = {
  '~standard': {
    version: 1,
    vendor: 'example',
    validate: () => ({ issues: [{ path: ['DATABASE_URL'], message: 'Required' }] }),
  },
}
app.config.validate(schema)`,
    remedy:
      'Correct each setting where it is defined: in a settings file, in the environment, or in the code.',
  },
  ERR_PHIAL_CONFIG_FILE: {
    means: 'A settings file cannot be read.',
    example: `app.config.fromFile('no-such-file.json')`,
    remedy:
      "Check the path. A relative path is resolved from the folder of the app's file. If the file may be missing, write `fromFile(path, { silent: true })`.",
  },
  ERR_PHIAL_CONFIG_FORMAT: {
    means:
      'A settings file is not valid JSON or TOML, or its extension is neither `.json` nor `.toml`.',
    example: `app.config.fromFile('settings.yaml')`,
    remedy:
      'Correct the line that the message names. For settings in a JavaScript module, import the module and pass it to `fromObject`.',
  },
  ERR_PHIAL_COMMAND_SIGNATURE: {
    means: 'The signature of a command, or of one of its options, is invalid.',
    example: `app.cli.command('create-user <name', 'Makes a user', () => {})`,
    remedy:
      "Write the signature as `create-user <name> [role]`. Pass options as an object: `{ '-a, --admin': 'may do everything' }`.",
  },
  ERR_PHIAL_COMMAND_TAKEN: {
    means: 'Two commands, or a command and a group, have the same name in the same group.',
    example: `app.cli.command('seed', 'Fills the database', () => {})
app.cli.command('seed', 'Sows', () => {})`,
    remedy: 'Rename one of them, or put it into a group.',
  },
  ERR_PHIAL_COMMAND_USAGE: {
    means: "The command line does not match the command's arguments and options. Exit code 2.",
    example: `const { error } = await app.testCliRunner().invoke(['no-such-command'])
throw error`,
    remedy: 'Run the command with `--help` to see its usage.',
  },
  ERR_PHIAL_TEST_BODY: {
    means: 'A test request has more than one body.',
    example: `await client.post('/', { json: {}, body: '{}' })`,
    remedy: 'Pass only one of `json`, `body`, or `form` with `files`.',
  },
  ERR_PHIAL_TEST_WEBSOCKET: {
    means:
      'The app responded to the WebSocket handshake of a test with a status other than 101. The message quotes the response.',
    example: `app.get('/', () => 'a page')
await client.websocket('/')`,
    remedy:
      'Check the response. The path must belong to an `app.websocket` route, and no hook may reject the client.',
  },
  ERR_PHIAL_TEST_URL: {
    means:
      'The base URL or the URL of a test request is invalid: its scheme is neither http nor https, it has credentials, or its path is outside of the mount path.',
    example: `await app.testClient({ baseUrl: 'example.com' }).get('/')`,
    remedy:
      'Pass an absolute base URL, such as `https://example.com/app`, and paths relative to it.',
  },
  ERR_PHIAL_TEST_SESSION: {
    means:
      'A test client cannot use a cookie or the session: it was created without cookies, the app has no session, or a browser would not store or send the cookie.',
    example: `await app.testClient({ cookies: false }).session(() => {})`,
    remedy:
      'Create the client with `app.testClient()`, without `{ cookies: false }`, and with a `baseUrl` to which the session cookie is sent.',
  },
  ERR_PHIAL_TEST_REDIRECT: {
    means: 'A test client followed redirects that lead out of the app or never end.',
    example: `app.get('/', () => redirect('https://example.com/'))
await client.get('/', { followRedirects: true })`,
    remedy: 'Omit `followRedirects` and check the `Location` header.',
  },
}
