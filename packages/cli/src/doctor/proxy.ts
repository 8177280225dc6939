/** How many proxies an app believes, seen by asking it as one would. */
import { call } from '@phial/core'
import { type Phial, requestStarted } from 'phial'
import { type Finding, Findings } from './finding.ts'

/** Addresses for documentation, which no client has (RFC 5737). */
const CLIENTS = ['192.0.2.4', '192.0.2.3', '192.0.2.2', '192.0.2.1']
const PEER = '192.0.2.9'

/**
 * Sends a request for a page that is not there, with a long `X-Forwarded-For`, and looks which address
 * the app takes for the client's. `proxies` is how many there are, if that was said.
 */
export async function examineProxy(app: Phial, proxies: number | undefined): Promise<Finding[]> {
  const believed = await believedBy(app)
  const found = new Findings('proxy')
  if (believed === undefined) {
    found.note(
      true,
      'A layer around the app answered by itself, so it was not seen whether X-Forwarded-For is believed.',
    )
    return found.all
  }
  const told =
    believed === 0
      ? 'X-Forwarded-* is not believed'
      : `X-Forwarded-* is believed, of ${count(believed)}`
  const remedy = `app.wsgiApp = proxyFix({ for: ${proxies ?? 1}, proto: ${proxies ?? 1}, host: ${proxies ?? 1} })(app.wsgiApp)`
  found.note(
    proxies === undefined,
    `${told}. That is right with ${count(believed)} in front; phial doctor --proxies ${believed} says that it is so.`,
  )
  if (proxies === undefined || proxies === believed) return found.all
  found.fault(
    proxies > believed,
    `${told}, and there are ${proxies}: every visitor has the proxy's address, and pages take HTTPS for HTTP. Say ${remedy}.`,
  )
  found.fault(
    proxies < believed,
    `${told}, and there are ${proxies}: a client can claim any address. Say ${proxies === 0 ? 'nothing of proxyFix' : remedy}.`,
  )
  return found.all
}

function count(proxies: number): string {
  return proxies === 1 ? 'one proxy' : `${proxies === 0 ? 'no' : proxies} proxies`
}

/** How many hops are believed; `undefined` if the request did not reach the app. */
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
    // What the app makes of a page that is not there is its own affair; who it thinks has asked was seen.
  } finally {
    disconnect()
  }
  if (seen === PEER) return 0
  const at = CLIENTS.indexOf(seen ?? '')
  return at < 0 ? undefined : at + 1
}
