/** Measures how many proxies an app trusts, by sending it a request. */
import { call } from '@phial/core'
import { type Phial, requestStarted } from 'phial'
import { type Finding, Findings } from './finding.ts'

/** Addresses reserved for documentation, which no real client has (RFC 5737). */
const CLIENTS = ['192.0.2.4', '192.0.2.3', '192.0.2.2', '192.0.2.1']
const PEER = '192.0.2.9'

/**
 * Requests a page that does not exist, with a long `X-Forwarded-For`, and checks which address the app considers the
 * client's. `proxies` is the number of proxies in front of the app, if known.
 */
export async function examineProxy(app: Phial, proxies: number | undefined): Promise<Finding[]> {
  const believed = await believedBy(app)
  const found = new Findings('proxy')
  if (believed === undefined) {
    found.note(
      true,
      'Middleware responded before the request reached the app, so this check could not find out whether X-Forwarded-For is trusted.',
    )
    return found.all
  }
  const trust =
    believed === 0
      ? 'X-Forwarded-* is not trusted'
      : `X-Forwarded-* is trusted from ${count(believed)}`
  const remedy = `app.wsgiApp = proxyFix({ for: ${proxies ?? 1}, proto: ${proxies ?? 1}, host: ${proxies ?? 1} })(app.wsgiApp)`
  found.note(
    proxies === undefined,
    `${trust}. This is correct with ${count(believed)} in front of the app. Pass --proxies with the actual number to check it.`,
  )
  if (proxies === undefined || proxies === believed) return found.all
  found.fault(
    proxies > believed,
    `${trust}, but the app has ${count(proxies)} in front: every client appears to have the proxy's address, and HTTPS appears as HTTP. Set ${remedy}.`,
  )
  found.fault(
    proxies < believed,
    `${trust}, but the app has ${count(proxies)} in front: a client can claim any address. ${proxies === 0 ? 'Remove proxyFix' : `Set ${remedy}`}.`,
  )
  return found.all
}

function count(proxies: number): string {
  return proxies === 1 ? 'one proxy' : `${proxies === 0 ? 'no' : proxies} proxies`
}

/** Returns the number of trusted hops, or `undefined` if the request did not reach the app. */
async function believedBy(app: Phial): Promise<number | undefined> {
  let seen: string | undefined
  const disconnect = requestStarted.connect((_, { context }) => {
    seen = context.request.remoteAddr
  }, app)
  const quiet = { write: () => undefined, writelines: () => undefined, flush: () => undefined }
  const headers = {
    'X-Forwarded-For': CLIENTS.toReversed().join(', '),
    Host: app.config.TRUSTED_HOSTS[0] ?? 'localhost',
  }
  const environ = { REMOTE_ADDR: PEER, 'wsgi.errors': quiet }
  try {
    await call(app, { path: '/phial-doctor-asks-for-nothing', headers, environ })
  } catch {
    // The app may fail for a page that does not exist. The client address has been recorded by then.
  } finally {
    disconnect()
  }
  if (seen === PEER) return 0
  const at = CLIENTS.indexOf(seen ?? '')
  return at < 0 ? undefined : at + 1
}
