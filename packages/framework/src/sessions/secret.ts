/**
 * The key that signs sessions: which keys are strong enough, what happens without one, and the key that debug mode
 * generates.
 */
import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withCode } from '@phial/core'
import type { Config } from '../config/config.ts'
import type { SessionInterface } from '../context/session-types.ts'
import { SessionError } from './session.ts'

/** The minimum length and number of different characters of a key. A weaker key can be guessed. */
const LENGTH = 32
const DIFFERENT = 8

/** The command that generates a key. */
export const MAKE: string = `node -p "crypto.randomBytes(32).toString('hex')"`

const REMEDY = `Generate one with the command below and set it as PHIAL_SECRET_KEY, in .env or in the environment. app.config.fromPrefixedEnv() loads it.\n\n    ${MAKE}\n`

/** The parts of an app that the functions below use. */
interface SecretApp {
  readonly config: Config
  readonly instancePath: string
  readonly sessionInterface: SessionInterface
  readonly logger: { warning(message: string): void; error(message: string): void }
}

/** Reports whether a key is strong enough to sign sessions. */
export function isStrong(secret: unknown): secret is string {
  if (typeof secret !== 'string' || secret.length < LENGTH) return false
  if (secret === lastStrong) return true
  const isStrong = new Set(secret).size >= DIFFERENT
  if (isStrong) lastStrong = secret
  return isStrong
}

/** The last strong key, cached because each session checks the same key. Measured by `bench/peers`, "session". */
let lastStrong: string | undefined

/** Returns why a key cannot sign, and the remedy, as the end of a sentence; `undefined` if it can. */
export function secretRefusal(secret: unknown): string | undefined {
  return isStrong(secret) ? undefined : `but ${faultOf(secret)}. ${REMEDY}`
}

function faultOf(secret: unknown): string {
  return secret === undefined || secret === ''
    ? 'SECRET_KEY is missing'
    : `SECRET_KEY is too weak: expected ${LENGTH} or more random characters`
}

/**
 * Prepares an app for its first session. Returns why its sessions cannot be written, as the end of a
 * sentence; `undefined` if they can. If `SECRET_KEY` is missing or weak, the log says so once, and debug
 * mode replaces it with a key in the instance folder.
 */
export function prepareSecret(app: SecretApp): string | undefined {
  const { config, sessionInterface } = app
  const refusal = sessionInterface.refusal(config)
  if (refusal === undefined || isStrong(config.SECRET_KEY)) return refusal
  if (!config.DEBUG) {
    logOnce(app, 'error', `Sessions cannot be written: ${faultOf(config.SECRET_KEY)}. ${REMEDY}`)
    return refusal
  }
  const [secret, where] = developmentSecret(app)
  logOnce(
    app,
    'warning',
    `${faultOf(config.SECRET_KEY)}. Debug mode uses ${where}. For production, set PHIAL_SECRET_KEY, in .env or in the environment.`,
  )
  config.SECRET_KEY = secret
  return sessionInterface.refusal(config)
}

/**
 * Throws `SessionError` if an app's sessions cannot be written, because `SECRET_KEY` is missing or weak. Call it at the
 * end of the setup of an app that uses sessions, so that a deployment without a key fails at startup and not at the first
 * login. In debug mode, generates a key instead.
 *
 * ```ts
 * app.config.fromPrefixedEnv()
 * checkSecret(app)
 * ```
 */
export function checkSecret(app: SecretApp): void {
  const refusal = prepareSecret(app)
  if (refusal === undefined) return
  throw withCode('ERR_PHIAL_SESSION_SECRET', new SessionError(`The app uses sessions, ${refusal}`))
}

/** Logs a weak key once. A missing one is reported when the first session is opened. */
export function reportWeakSecret(app: SecretApp): void {
  const { SECRET_KEY, DEBUG } = app.config
  if (SECRET_KEY === undefined || SECRET_KEY === '' || isStrong(SECRET_KEY)) return
  const outcome = DEBUG
    ? 'Debug mode will use the key in the instance folder instead'
    : 'Sessions cannot be written'
  logOnce(app, DEBUG ? 'warning' : 'error', `${faultOf(SECRET_KEY)}. ${outcome}. ${REMEDY}`)
}

const logged = new WeakMap<Config, Set<string>>()

function logOnce({ config, logger }: SecretApp, level: 'warning' | 'error', message: string): void {
  const messages = logged.get(config) ?? new Set()
  logged.set(config, messages)
  if (messages.has(message)) return
  messages.add(message)
  logger[level](message)
}

/**
 * Returns the key of the instance folder, or a temporary one if the folder cannot be used, and its description for the
 * log.
 */
function developmentSecret(app: SecretApp): [secret: string, where: string] {
  try {
    const { instancePath } = app
    const secret = keptSecret(instancePath)
    if (isStrong(secret)) return [secret, `the one in ${join(instancePath, FILE)}`]
  } catch {
    // The folder cannot be written, for example because it is read-only.
  }
  return [randomSecret(), 'a temporary one, which is lost when this process ends']
}

const FILE = 'secret-key'

/**
 * Returns the key in the file `secret-key` of a folder. Creates the folder and the file if they are missing. All processes
 * that use the same folder get the same key. Throws errors of the file system.
 *
 * ```ts
 * app.config.SECRET_KEY ??= keptSecret(app.instancePath)
 * ```
 */
export function keptSecret(folder: string): string {
  const file = join(folder, FILE)
  if (!existsSync(file)) makeSecret(folder, file)
  return readFileSync(file, 'utf8').trim()
}

/** Creates the file atomically. If several processes start at the same time, the first one wins. */
function makeSecret(folder: string, file: string): void {
  mkdirSync(folder, { recursive: true })
  const own = `${file}.${process.pid}`
  writeFileSync(own, randomSecret(), { mode: 0o600 })
  try {
    linkSync(own, file)
  } catch (error) {
    if (!existsSync(file)) throw error
  } finally {
    rmSync(own)
  }
}

function randomSecret(): string {
  return randomBytes(32).toString('hex')
}
