/** What the settings say of an app that is to meet the public. */
import { InternalServerError, NotFound, type Phial } from 'phial'
import { findHandler } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Debug, hosts, cookies, limits, error pages, addresses. */
export function examineSettings(app: Phial): Finding[] {
  return [debug, hosts, cookies, limits, errorPages, addresses].flatMap((examine) => examine(app))
}

function debug({ config }: Phial): Finding[] {
  const found = new Findings('debug')
  found.fault(
    config.DEBUG,
    'DEBUG is on: errors are shown to visitors, with code. Leave it out, or set PHIAL_DEBUG=false.',
  )
  found.fault(config.TESTING, 'TESTING is on: errors go past the handlers. Leave it out.')
  const propagates = config.PROPAGATE_EXCEPTIONS === true
  found.fault(propagates, 'PROPAGATE_EXCEPTIONS is on: no handler of 500 is asked. Leave it out.')
  found.note(
    config.TEMPLATES_AUTO_RELOAD === true,
    'TEMPLATES_AUTO_RELOAD is on: each template is read anew for each request, which costs time.',
  )
  found.note(
    config.EXPLAIN_TEMPLATE_LOADING,
    'EXPLAIN_TEMPLATE_LOADING is on: the log fills with the story of each template.',
  )
  return found.all
}

function hosts({ config }: Phial): Finding[] {
  const found = new Findings('hosts')
  const anyHost = config.TRUSTED_HOSTS.length === 0
  found.fault(
    anyHost,
    "TRUSTED_HOSTS is empty: whatever Host a client sends stands in the URLs of mails and redirects. Set it: ['example.com'].",
  )
  return found.all
}

function cookies({ config }: Phial): Finding[] {
  const found = new Findings('cookies')
  const { SESSION_COOKIE_SECURE: secure, SESSION_COOKIE_SAMESITE: sameSite } = config
  found.fault(
    !config.SESSION_COOKIE_HTTPONLY,
    'SESSION_COOKIE_HTTPONLY is off: a script in the page can read the session. Leave it on.',
  )
  found.fault(
    secure === false,
    'SESSION_COOKIE_SECURE is off: the session goes over plain HTTP, where others can read it. Set it to true.',
  )
  found.note(
    secure === undefined,
    'SESSION_COOKIE_SECURE is not set: the cookie is secure where the request came by HTTPS, which behind a proxy needs proxyFix. true makes sure.',
  )
  found.fault(
    sameSite === 'None',
    "SESSION_COOKIE_SAMESITE is None: other sites' pages send the session along. Lax is right unless the app is embedded in them.",
  )
  found.fault(
    !config.CROSS_SITE_CHECK,
    "CROSS_SITE_CHECK is off: other sites' pages can send forms in a visitor's name. Leave it on, and name exceptions in TRUSTED_ORIGINS.",
  )
  const plain = config.TRUSTED_ORIGINS.filter((origin) => origin.startsWith('http:'))
  found.fault(
    plain.length > 0,
    `TRUSTED_ORIGINS has ${plain.join(', ')}: over plain HTTP anyone on the way can be that site. Use https:.`,
  )
  const { SESSION_COOKIE_DOMAIN: domain } = config
  found.note(
    domain !== undefined,
    `SESSION_COOKIE_DOMAIN is ${domain ?? ''}: all of its subdomains see the session.`,
  )
  return found.all
}

/** The most that is still called a limit. */
const MOST = {
  MAX_CONTENT_LENGTH: 100 * MIB,
  MAX_FORM_MEMORY_SIZE: 100 * MIB,
  MAX_FORM_PARTS: 100_000,
  MAX_UPLOAD_SIZE: 100 * GIB,
  MAX_FILE_SIZE: 100 * GIB,
} as const

function limits({ config }: Phial): Finding[] {
  const found = new Findings('limits')
  for (const name of Object.keys(MOST) as (keyof typeof MOST)[]) {
    const text = `${name} is ${config[name]}: one client can fill ${/UPLOAD|FILE/.test(name) ? 'the disk' : 'the memory'}. Set no more than the app needs; up to ${MOST[name]} passes here.`
    found.fault(!(config[name] <= MOST[name]), text)
  }
  return found.all
}

function errorPages(app: Phial): Finding[] {
  const found = new Findings('error pages')
  const { errors } = app.scopes.hooksOf(undefined)
  for (const error of [new NotFound(), new InternalServerError()]) {
    const isPlain = findHandler(error, errors) === undefined
    found.note(
      isPlain,
      `There is no page of your own for ${error.code}, so visitors see a plain one: app.errorHandler(${error.code}, …).`,
    )
  }
  return found.all
}

function addresses({ config }: Phial): Finding[] {
  const found = new Findings('addresses')
  const isPlain = config.SERVER_NAME !== undefined && config.PREFERRED_URL_SCHEME === 'http'
  found.note(
    isPlain,
    'PREFERRED_URL_SCHEME is http: so are the URLs that are built outside of a request, for mails say. Set https.',
  )
  return found.all
}
