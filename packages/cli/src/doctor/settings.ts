/** Checks the settings of an app for production. */
import { InternalServerError, NotFound, type Phial } from 'phial'
import { findHandler } from 'phial/tools'
import { type Finding, Findings } from './finding.ts'

const MIB = 1024 ** 2
const GIB = 1024 ** 3

/** Checks debug mode, hosts, cookies, limits, error pages and URLs. */
export function examineSettings(app: Phial): Finding[] {
  return [debug, hosts, cookies, limits, errorPages, addresses].flatMap((examine) => examine(app))
}

function debug({ config }: Phial): Finding[] {
  const found = new Findings('debug')
  found.fault(
    config.DEBUG,
    'DEBUG is on: error pages show source code to visitors. Remove the setting, or set PHIAL_DEBUG=false.',
  )
  found.fault(
    config.TESTING,
    'TESTING is on: errors bypass the error handlers. Remove the setting.',
  )
  const propagates = config.PROPAGATE_EXCEPTIONS === true
  found.fault(
    propagates,
    'PROPAGATE_EXCEPTIONS is on: the error handler for 500 does not run. Remove the setting.',
  )
  found.note(
    config.TEMPLATES_AUTO_RELOAD === true,
    'TEMPLATES_AUTO_RELOAD is on: templates are read again for each request, which costs time.',
  )
  found.note(
    config.EXPLAIN_TEMPLATE_LOADING,
    'EXPLAIN_TEMPLATE_LOADING is on: each template lookup is logged.',
  )
  return found.all
}

function hosts({ config }: Phial): Finding[] {
  const found = new Findings('hosts')
  const anyHost = config.TRUSTED_HOSTS.length === 0
  found.fault(
    anyHost,
    "TRUSTED_HOSTS is empty: any Host that a client sends can appear in the URLs of mails and redirects. Set it, for example to ['example.com'].",
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
    'SESSION_COOKIE_SECURE is off: the session cookie is sent over plain HTTP, where others can read it. Set it to true.',
  )
  found.note(
    secure === undefined,
    'SESSION_COOKIE_SECURE is not set: the cookie is Secure only if the request used HTTPS. Behind a proxy, the app can detect that only with proxyFix. Set it to true to be sure.',
  )
  found.fault(
    sameSite === 'None',
    "SESSION_COOKIE_SAMESITE is None: requests from other sites' pages include the session. Set it to Lax, unless other sites embed the app.",
  )
  found.fault(
    !config.CROSS_SITE_CHECK,
    "CROSS_SITE_CHECK is off: other sites' pages can submit forms as a signed-in visitor. Leave it on, and list exceptions in TRUSTED_ORIGINS.",
  )
  const plain = config.TRUSTED_ORIGINS.filter((origin) => origin.startsWith('http:'))
  found.fault(
    plain.length > 0,
    `TRUSTED_ORIGINS has ${plain.join(', ')}: over plain HTTP, anyone on the network path can impersonate that site. Use https:.`,
  )
  const { SESSION_COOKIE_DOMAIN: domain } = config
  found.note(
    domain !== undefined,
    `SESSION_COOKIE_DOMAIN is ${domain ?? ''}: all of its subdomains receive the session cookie.`,
  )
  return found.all
}

/** The highest values that the check accepts. */
const LIMITS = {
  MAX_CONTENT_LENGTH: 100 * MIB,
  MAX_FORM_MEMORY_SIZE: 100 * MIB,
  MAX_FORM_PARTS: 100_000,
  MAX_UPLOAD_SIZE: 100 * GIB,
  MAX_FILE_SIZE: 100 * GIB,
} as const

function limits({ config }: Phial): Finding[] {
  const found = new Findings('limits')
  for (const name of Object.keys(LIMITS) as (keyof typeof LIMITS)[]) {
    const text = `${name} is ${config[name]}: one client can fill ${/UPLOAD|FILE/.test(name) ? 'the disk' : 'the memory'}. Set it to what the app needs, and to ${LIMITS[name]} at most.`
    found.fault(!(config[name] <= LIMITS[name]), text)
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
      `No custom error page for ${error.code}, so visitors see a plain one. Add app.errorHandler(${error.code}, …).`,
    )
  }
  return found.all
}

function addresses({ config }: Phial): Finding[] {
  const found = new Findings('addresses')
  const isPlain = config.SERVER_NAME !== undefined && config.PREFERRED_URL_SCHEME === 'http'
  found.note(
    isPlain,
    'PREFERRED_URL_SCHEME is http: URLs built outside of a request, such as those in mails, use http. Set it to https.',
  )
  return found.all
}
