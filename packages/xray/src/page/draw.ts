/** Draws a picture as HTML: bytes enter at the top, pass through the layers inwards and outwards, and leave at the bottom. */
import type { CapturedBody, Picture } from '../picture.ts'
import { allLayers, isTool } from '../steps.ts'
import { html, type Html, prose } from './html.ts'
import { drawLayer } from './layer.ts'
import { drawChunk, drawHeaders, size } from './parts.ts'
import { drawTime, milliseconds } from './time.ts'

export function title({ request, answer }: Picture): string {
  return `${request.method} ${request.target} → ${answer.status || '…'}`
}

/** Returns the CSS class for the status of an answer. */
export function tone({ answer }: Picture): string {
  const kind = answer.status[0] ?? ''
  return { '2': 'good', '3': 'on', '4': 'bad', '5': 'bad' }[kind] ?? 'open'
}

export function drawPicture(picture: Picture): Html {
  const { request, answer, top, duration } = picture
  const count = allLayers(top).filter(
    ({ layer }) => layer.kind === 'application' && !isTool(layer),
  ).length
  return html`<article>
    <header class="headline">
      <h2>${request.method} ${request.target}</h2>
      <p>
        <b class="${tone(picture)}">${answer.status || 'no answer yet'}</b>
        ${size(answer.bytes)}, through ${count} ${count === 1 ? 'layer' : 'layers'}, in
        ${milliseconds(duration)}
      </p>
    </header>
    <p class="legend">
      <span class="in">on the way in</span> <span class="out">on the way out</span>
      <span class="bad">errors</span>
    </p>
    <section class="server">
      <header><h3>the server</h3></header>
      ${drawBytesIn(picture)} ${drawEnviron(picture)} ${top && drawLayer(top, 0)}
      ${drawBytesOut(picture)}
    </section>
    <section class="time">
      <h3>where the time went</h3>
      ${drawTime(picture)}
    </section>
  </article>`
}

function drawBytesIn({ request }: Picture): Html {
  const { method, target, protocol, headers, body } = request
  return html`<div class="step in">
    <h4>bytes in</h4>
    <pre class="line">${method} ${target} ${protocol}</pre>
    <details data-of="bytes in">
      <summary>and ${headers.length} ${headers.length === 1 ? 'header' : 'headers'}</summary>
      ${drawHeaders(headers, 'head')}
    </details>
    ${body.bytes > 0 && drawBody(body)}
  </div> `
}

function drawBody(body: CapturedBody): Html {
  return html`<div class="chunk">
    ${'text' in body ? drawChunk(body.text, body.bytes) : html`<i>${size(body.bytes)} that are not text</i>`}
  </div>`
}

/** The keys that are always shown. The rest of the environ is folded. */
const FIRST = ['REQUEST_METHOD', 'SCRIPT_NAME', 'PATH_INFO', 'QUERY_STRING']

function drawEnviron({ request: { environ } }: Picture): Html {
  const all = Object.entries(environ)
  const first = all.filter(([key]) => FIRST.includes(key))
  const rest = all.filter(([key]) => !FIRST.includes(key))
  return html`<div class="step in">
    <h4>builds <code>environ</code> from them</h4>
    <p class="first">
      ${first.map(([key, value]) => html`<span><i>${key}</i> ${JSON.stringify(value)}</span> `)}
    </p>
    <details data-of="environ">
      <summary>and ${rest.length} more keys</summary>
      ${drawHeaders(
        rest.map(([key, value]) => [key, JSON.stringify(value)]),
        'environ',
      )}
    </details>
  </div> `
}

function drawBytesOut({ request, answer }: Picture): Html {
  if (answer.status === '') return html`<p class="step out">no bytes out yet</p> `
  return html`<div class="step ${answer.broke === undefined ? 'out' : 'bad'}">
    <h4>bytes out</h4>
    ${answer.broke !== undefined && drawBroken(answer)}
    <pre class="line">${request.protocol} ${answer.status}</pre>
    ${drawHeaders(answer.headers, 'head')}
    <p class="quiet">and what the server itself adds, such as <code>Date</code></p>
    ${answer.chunks.map(
      (chunk, at) =>
        html`<div class="chunk">
          <h5>chunk ${at + 1}: ${size(chunk.bytes)}, at ${milliseconds(chunk.at)}</h5>
          ${drawChunk(chunk.text, chunk.bytes)}
        </div> `,
    )}
  </div> `
}

function drawBroken({ broke, bytes }: Picture['answer']): Html {
  return html`<p>
    no layer caught <b>${broke && prose(broke)}</b>, so the server
    ${bytes === 0 ? 'answers 500 itself' : 'closes the connection'}
  </p>`
}
