import type { Catalogue } from './entry.ts'

/** Sessions, settings, commands, tests. */
export const tools: Catalogue = {
  ERR_PHIAL_SESSION_READONLY: {
    means:
      'The session was changed where it cannot be kept: `SECRET_KEY` is missing or too weak, or the answer has been sent. The message says which.',
    example: `app.testRequestContext('/').run(() => { session.user = 'ada' })`,
    remedy:
      'Set `app.config.SECRET_KEY` to 32 or more random characters; change the session before the answer is sent, not while its body streams.',
  },
  ERR_PHIAL_SESSION_SECRET: {
    means:
      'The app checks at its start that it can write sessions, and `SECRET_KEY` is missing or too weak.',
    example: `checkSecret(app)`,
    remedy:
      'Set `PHIAL_SECRET_KEY`, in `.env` or in the environment, to 32 or more random characters, and load it with `app.config.fromPrefixedEnv()`. The message has the command that makes one.',
  },
  ERR_PHIAL_SESSION_TOO_LARGE: {
    means: 'The session’s cookie is longer than browsers keep.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.get('/', () => { session.text = 'long '.repeat(1000); return 'Hello' })
await client.get('/')`,
    remedy:
      'Keep less in it, such as the id of what it names, or keep it in a store: `app.sessionInterface = new StoredSessions(…)`.',
  },
  ERR_PHIAL_SESSION_COOKIE_NAME: {
    means:
      'The cookie’s name begins with `__Host-`, which browsers take only with `Path=/` and without a domain.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.config.SESSION_COOKIE_NAME = '__Host-session'
app.config.SESSION_COOKIE_DOMAIN = 'example.com'
app.get('/', () => { session.user = 'ada'; return 'Hello' })
await client.get('/')`,
    remedy:
      'Leave `SESSION_COOKIE_DOMAIN` out and `SESSION_COOKIE_PATH` at `/`, or choose another name.',
  },
  ERR_PHIAL_SESSION_VALUE: {
    means:
      'The session was given a value that it cannot keep and give back the same, such as an object of a class.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.get('/', () => { session.user = new URL('https://example.com'); return 'Hello' })
await client.get('/')`,
    remedy:
      'Keep strings, finite numbers, booleans, `null`, lists, plain objects, `Date`, `Uint8Array`, `Map` and `Set`; of other things, what names them.',
  },
  ERR_PHIAL_SESSION_STORE: {
    means:
      'The store of sessions failed, or did not answer in time. Only requests that use their session fail; the store is tried again in the background.',
    example: `app.sessionInterface = new StoredSessions({ get: async () => { throw new Error('refused') }, set: async () => {}, delete: async () => {} })
app.get('/', () => String(session.user))
await client.get('/', { headers: { Cookie: 'session=' + 'a'.repeat(43) } })`,
    remedy: 'Check that the store runs and can be reached. The message says what it answered.',
  },
  ERR_PHIAL_SESSION_UNREAD: {
    means:
      'The session is in a store that answers later, and it was not read yet in this context. In a request it is.',
    example: `app.config.SECRET_KEY = crypto.randomUUID()
app.sessionInterface = new StoredSessions({ get: async () => undefined, set: async () => {}, delete: async () => {} })
const headers = { Cookie: 'session=abc' }
app.testRequestContext('/', { headers }).run(() => session.user)`,
    remedy: 'In a test or a script, read it first: `await readSession(context)`.',
  },
  ERR_PHIAL_CAPTURE: {
    means: 'What was to be sent again is no request that X-ray has captured.',
    example: `readCapture('{"request": "GET /"}')`,
    remedy:
      'Give the file that “Save for replay” saves, or `phial xray … --json` prints. By hand it is `{"request": {"environ": {"REQUEST_METHOD": "GET", "PATH_INFO": "/"}}}`.',
  },
  ERR_PHIAL_CONFIG_TYPE: {
    means: 'One of Phial’s own settings was set to a value that it does not accept.',
    example: `app.config.fromObject({ MAX_FORM_PARTS: 'many' })`,
    remedy:
      'Set a value of the kind that the message names, or leave the setting out to use its default. The page docs/configuration.md lists all settings.',
  },
  ERR_PHIAL_CONFIG_SCHEMA: {
    means:
      'The settings do not match the schema passed to `app.config.validate`. The message names each one.',
    example: `const schema = {
  '~standard': {
    version: 1,
    vendor: 'example',
    validate: () => ({ issues: [{ path: ['DATABASE_URL'], message: 'Required' }] }),
  },
}
app.config.validate(schema)`,
    remedy: 'Correct each setting in the file or the environment that it came from.',
  },
  ERR_PHIAL_CONFIG_FILE: {
    means: 'A settings file cannot be read.',
    example: `app.config.fromFile('no-such-file.json')`,
    remedy:
      'Paths are resolved relative to the folder of the app’s file. If the file may be missing, pass `{ silent: true }`: `fromFile(path, { silent: true })`.',
  },
  ERR_PHIAL_CONFIG_FORMAT: {
    means: 'A settings file is not valid JSON or TOML, or its name ends in neither.',
    example: `app.config.fromFile('settings.yaml')`,
    remedy:
      'Correct the line that the message names. Import a module of settings and pass it to `fromObject`.',
  },
  ERR_PHIAL_COMMAND_SIGNATURE: {
    means: 'A command’s signature or one of its options cannot be read.',
    example: `app.cli.command('create-user <name', 'Makes a user', () => {})`,
    remedy:
      "Write `create-user <name> [role]`; options stand on their own: `{ '-a, --admin': 'may do everything' }`.",
  },
  ERR_PHIAL_COMMAND_TAKEN: {
    means: 'Two commands, or a command and a group, have one name in one place.',
    example: `app.cli.command('seed', 'Fills the database', () => {})
app.cli.command('seed', 'Sows', () => {})`,
    remedy: 'Give one of them another name, or put it into a group.',
  },
  ERR_PHIAL_COMMAND_USAGE: {
    means: 'What was typed is not what the command takes. The program ends with exit code 2.',
    example: `const { error } = await app.testCliRunner().invoke(['no-such-command'])
throw error`,
    remedy: '`--help` after a command says what it takes.',
  },
  ERR_PHIAL_TEST_BODY: {
    means: 'The request of a test was given more than one body.',
    example: `await client.post('/', { json: {}, body: '{}' })`,
    remedy: 'Pass one of `json`, `form` with `files`, and `body`.',
  },
  ERR_PHIAL_TEST_WEBSOCKET: {
    means:
      'The app answered the handshake of a test with something else than 101, which the error quotes.',
    example: `app.get('/', () => 'a page')
await client.websocket('/')`,
    remedy:
      'Look at the answer: is it the path of an `app.websocket`, and does a hook let the client in?',
  },
  ERR_PHIAL_TEST_URL: {
    means:
      'The base URL or the URL of a test is not that of an app: it has another scheme than http or https, credentials, or a path outside of the mount path.',
    example: `await app.testClient({ baseUrl: 'example.com' }).get('/')`,
    remedy: 'Pass a whole base URL, such as `https://example.com/app`, and paths relative to it.',
  },
  ERR_PHIAL_TEST_SESSION: {
    means:
      'A test client has no cookies or no session, or a browser would not keep or send back the cookie.',
    example: `await app.testClient({ cookies: false }).session(() => {})`,
    remedy:
      'Make the client with `app.testClient()`, without `{ cookies: false }`, and with a `baseUrl` that the session cookie is sent to.',
  },
  ERR_PHIAL_TEST_REDIRECT: {
    means: 'A test client was to follow redirects, and they leave the app or do not end.',
    example: `app.get('/', () => redirect('https://example.com/'))
await client.get('/', { followRedirects: true })`,
    remedy: 'Leave `followRedirects` out and check the `Location` header.',
  },
}
