/** An answer whose connection belongs to somebody else's server, over HTTP/1.1 or HTTP/2. */
import type { ServerResponse } from 'node:http'
import { constants, type Http2ServerResponse } from 'node:http2'
import { Answer } from '../node-http/answer.ts'
import { isHttp2 } from '../node-http/body.ts'

/**
 * Differs in its head, to which the host may have added headers of its own (they stay, unless the
 * application gives the same), and where HTTP/2 does: no reason phrase, no connection to close, a
 * stream to break off. RFC 9113 §8
 */
export class EmbeddedAnswer extends Answer {
  protected override sendHead(response: ServerResponse, closes: boolean): void {
    const isNewer = isHttp2(response.req)
    if (!isNewer && response.getHeaderNames().length === 0) return super.sendHead(response, closes)
    for (const [name] of this.headers) {
      if (name.toLowerCase() !== 'set-cookie') response.removeHeader(name)
    }
    for (const [name, value] of this.headers) response.appendHeader(name, value)
    const code = Number(this.status.slice(0, 3))
    if (isNewer) response.writeHead(code)
    else response.writeHead(code, this.status.slice(4), closes ? { Connection: 'close' } : {})
  }

  protected override isThrough(response: ServerResponse): boolean {
    return isHttp2(response.req) ? !http2Stream(response).aborted : super.isThrough(response)
  }

  protected override cut(response: ServerResponse): void {
    if (!isHttp2(response.req)) super.cut(response)
    else http2Stream(response).close(constants.NGHTTP2_INTERNAL_ERROR)
  }
}

function http2Stream(response: ServerResponse): Http2ServerResponse['stream'] {
  return (response as unknown as Http2ServerResponse).stream
}
