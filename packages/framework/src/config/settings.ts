/** Phial's own settings: their defaults, the values they accept, and how environment variables are parsed. */
import { withCode } from '@phial/core'
import leven from 'leven'
import { LEVELS } from '../logging/formats.ts'
import type { Config, Settings } from './config.ts'

/** The type of a setting. */
interface Kind {
  /** A description of the accepted values, for "Expected … for DEBUG". */
  readonly expected: string
  /** Whether the setting may be `undefined`. If so, `null` means the same. */
  readonly isOptional?: boolean
  accepts(value: unknown): boolean
  /** Parses an environment variable. Returns invalid text unchanged, which `accepts` then rejects. */
  parse(text: string): unknown
}

const flag: Kind = {
  expected: 'true or false',
  accepts: (value) => typeof value === 'boolean',
  parse(text) {
    if (/^\s*(?:1|true|yes|on)\s*$/i.test(text)) return true
    return /^\s*(?:0|false|no|off)\s*$/i.test(text) ? false : text
  },
}

const amount: Kind = {
  expected: 'a non-negative number',
  accepts: (value) => typeof value === 'number' && value >= 0,
  parse: (text) => (/^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) : text),
}

const seconds: Kind = {
  ...amount,
  expected: 'a finite, non-negative number of seconds',
  accepts: (value) => Number.isFinite(value) && amount.accepts(value),
}

function text(expected: string, pattern: RegExp): Kind {
  return {
    expected,
    accepts: (value) => typeof value === 'string' && pattern.test(value),
    parse: (given) => given,
  }
}

function listOf(expected: string, pattern: RegExp): Kind {
  const item = text(expected, pattern)
  return {
    expected: `a list of ${expected}`,
    accepts: (value) => Array.isArray(value) && value.every((one) => item.accepts(one)),
    parse: parseJson,
  }
}

function oneOf(choices: readonly string[]): Kind {
  return {
    expected: `one of ${choices.join(', ')}`,
    accepts: (value) => choices.some((choice) => choice === value),
    parse: (given) => choices.find((one) => one.toLowerCase() === given.toLowerCase()) ?? given,
  }
}

function optional(kind: Kind): Kind {
  return {
    ...kind,
    isOptional: true,
    accepts: (value) => value === undefined || kind.accepts(value),
  }
}

/** Parses text as JSON. Returns the text unchanged if it is not valid JSON. */
export function parseJson(given: string): unknown {
  try {
    return JSON.parse(given) as unknown
  } catch {
    return given
  }
}

const DOMAIN = /^\.?[^\s/?#@\\:;.[\]]+(?:\.[^\s/?#@\\:;.[\]]+)*$/
const HOST = /^(?:\.?[^\s/?#@\\:;[\]]+|\[[\da-f:.]+\])(?::\d+)?$/i
const path = text("a path that starts with '/'", /^\/[^\s?#;]*$/)
const secret = text('a string', /^/)

const ROWS: { readonly [Name in keyof Settings]: readonly [kind: Kind, initial: Settings[Name]] } =
  {
    DEBUG: [flag, false],
    DEBUG_PAGE_FROM_ANYWHERE: [flag, false],
    LOG_LEVEL: [optional(oneOf(LEVELS)), undefined],
    LOG_FORMAT: [optional(oneOf(['text', 'json'])), undefined],
    TESTING: [flag, false],
    PROPAGATE_EXCEPTIONS: [optional(flag), undefined],
    TRAP_HTTP_EXCEPTIONS: [flag, false],
    TRAP_BAD_REQUEST_ERRORS: [flag, false],
    SERVER_NAME: [
      optional(text("a host such as 'example.com' or 'localhost:8000'", HOST)),
      undefined,
    ],
    APPLICATION_ROOT: [path, '/'],
    PREFERRED_URL_SCHEME: [text("a scheme such as 'https'", /^[a-z][a-z\d+.-]*$/i), 'http'],
    PROVIDE_AUTOMATIC_OPTIONS: [flag, true],
    MAX_CONTENT_LENGTH: [amount, 1024 ** 2],
    MAX_UPLOAD_SIZE: [amount, 1024 ** 3],
    MAX_FILE_SIZE: [amount, 1024 ** 3],
    MAX_FORM_MEMORY_SIZE: [amount, 1024 ** 2],
    MAX_FORM_PARTS: [amount, 1000],
    WEBSOCKET_MAX_MESSAGE_SIZE: [amount, 1024 ** 2],
    WEBSOCKET_PING_INTERVAL: [seconds, 25],
    SEND_FILE_MAX_AGE_DEFAULT: [optional(seconds), undefined],
    SECRET_KEY: [optional(secret), undefined],
    SECRET_KEY_FALLBACKS: [listOf('strings', /^/), []],
    SESSION_COOKIE_NAME: [text('a cookie name', /^[\w!#$%&'*+.^`|~-]+$/), 'session'],
    SESSION_COOKIE_DOMAIN: [optional(text("a domain such as 'example.com'", DOMAIN)), undefined],
    SESSION_COOKIE_PATH: [optional(path), undefined],
    SESSION_COOKIE_HTTPONLY: [flag, true],
    SESSION_COOKIE_SECURE: [optional(flag), undefined],
    SESSION_COOKIE_SAMESITE: [oneOf(['Lax', 'Strict', 'None']), 'Lax'],
    SESSION_COOKIE_PARTITIONED: [flag, false],
    PERMANENT_SESSION_LIFETIME: [seconds, 31 * 24 * 60 * 60],
    SESSION_REFRESH_EACH_REQUEST: [flag, true],
    TRUSTED_HOSTS: [listOf("hosts such as 'example.com' or '.example.com'", HOST), []],
    CROSS_SITE_CHECK: [flag, true],
    TRUSTED_ORIGINS: [
      listOf("origins such as 'https://example.com'", /^[a-z][a-z\d+.-]*:\/\/[^\s/?#@]+$/i),
      [],
    ],
    TEMPLATES_AUTO_RELOAD: [optional(flag), undefined],
    EXPLAIN_TEMPLATE_LOADING: [flag, false],
  }

const KINDS = new Map<string, Kind>(Object.entries(ROWS).map(([name, [kind]]) => [name, kind]))

/** Defines Phial's own settings on an object, with their defaults. Assigning a value that a setting does not accept throws `TypeError`. */
export function defineSettings(config: object): void {
  for (const [name, [, initial]] of Object.entries(ROWS)) {
    let value: unknown = Array.isArray(initial) ? [...(initial as readonly unknown[])] : initial
    Object.defineProperty(config, name, {
      enumerable: true,
      get: () => value,
      set(given: unknown) {
        value = checkedSetting(name, given)
      },
    })
  }
}

/**
 * Returns a value if the setting accepts it, and otherwise throws `TypeError`. Settings that are not Phial's own accept any
 * value. `source` is the start of the error message: where the value was read.
 */
export function checkedSetting(name: string, given: unknown, source: string = ''): unknown {
  const kind = KINDS.get(name)
  if (kind === undefined) return given
  const value = kind.isOptional === true ? (given ?? undefined) : given
  if (kind.accepts(value)) return value
  const remedy = given === undefined || given === null ? ' Omit it to use the default.' : ''
  throw withCode(
    'ERR_PHIAL_CONFIG_TYPE',
    new TypeError(
      `${source}Expected ${kind.expected} for ${name}, received ${shown(name, given)}.${remedy}`,
    ),
  )
}

/** Formats a rejected value. For a secret or a function, only the type is shown. */
function shown(name: string, value: unknown): string {
  const isShown = !name.startsWith('SECRET') && typeof value !== 'function'
  if (!isShown && value !== undefined && value !== null) return typeof value
  return typeof value === 'number' ? String(value) : (JSON.stringify(value) ?? String(value))
}

/**
 * Parses the text of an environment variable. For one of Phial's own settings, it is parsed as the type of the setting, and
 * an empty value counts as unset and returns `undefined`. For any other name, it is parsed as JSON if possible. A number
 * that JSON would write differently, such as `1e3`, stays text.
 */
export function readVariable(name: string, given: string): unknown {
  const kind = KINDS.get(name)
  if (kind !== undefined) return given.trim() === '' ? undefined : kind.parse(given)
  const value = parseJson(given)
  return typeof value === 'number' && String(value) !== given ? given : value
}

/**
 * Returns a warning for each name that resembles one of Phial's own settings, such as `SECRETKEY`, `debug` or
 * `MAX_CONTENT_LENGHT`. Any other name belongs to the app or to an extension.
 *
 * ```ts
 * misspeltSettings(app.config) // ['The setting SECRETKEY is unknown. Did you mean SECRET_KEY?']
 * ```
 */
export function misspeltSettings(config: Config): string[] {
  const unknown = Object.keys(config).filter((name) => !KINDS.has(name))
  return unknown.flatMap((name) => {
    const similar = [...KINDS.keys()].find((known) => isSimilar(plain(name), plain(known)))
    return similar === undefined ? [] : [`The setting ${name} is unknown. Did you mean ${similar}?`]
  })
}

/** Normalizes a name: `secretKey`, `secret_key` and `SECRETKEY` are the same. */
function plain(name: string): string {
  return name.toUpperCase().replaceAll('_', '')
}

function isSimilar(name: string, known: string): boolean {
  return leven(name, known) <= (known.length < 8 ? 1 : 2)
}
