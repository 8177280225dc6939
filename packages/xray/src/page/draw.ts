/** A picture as HTML: layers inside of layers. What goes in stands above, what comes out below. */
import type { Change, Layer, LayerEvent, Picture } from '../picture.ts'
import { nameOf, story } from '../steps.ts'
import { html, type Html } from './html.ts'

export function title({ request, answer }: Picture): string {
  return `${request.method} ${request.target} → ${answer.status || '…'}`
}

export function milliseconds(time: number | undefined): string {
  if (time === undefined) return '…'
  return time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`
}

/** How an answer went, as a colour. */
export function tone({ answer }: Picture): string {
  const kind = answer.status[0] ?? ''
  return { '2': 'good', '3': 'on', '4': 'bad', '5': 'broken' }[kind] ?? 'open'
}

export function drawPicture(picture: Picture): Html {
  const { request, answer, top, duration } = picture
  const scale = duration ?? Math.max(1, top?.left ?? 1)
  return html`<article class="server">
    <h2>
      <small>server</small> ${request.method} ${request.target}
      <b class="${tone(picture)}">${answer.status || '…'}</b> <i>${milliseconds(duration)}</i>
    </h2>
    <div class="in">
      <h3>bytes in</h3>
      <pre>
${request.method} ${request.target} ${request.protocol}
${request.headers.map(([name, value]) => `${name}: ${value}\n`)}
${request.body}</pre>
      ${request.bodyBytes > 0 && html`<p>${request.bodyBytes} bytes of the body were read.</p>`}
    </div>
    ${top && drawLayer(top, scale, 0)}
    <div class="out">
      <h3>bytes out</h3>
      <pre>
${request.protocol} ${answer.status}
${answer.headers.map(([name, value]) => `${name}: ${value}\n`)}
</pre>
      ${answer.chunks.map(
        (chunk, at) =>
          html`<div class="chunk">
            <b>chunk ${at + 1}</b> <i>${chunk.bytes} bytes, at ${milliseconds(chunk.at)}</i>
            <pre>${chunk.text}${chunk.text.length < chunk.bytes && '…'}</pre>
          </div>`,
      )}
    </div>
  </article>`
}

const COLOURS = 6

function drawLayer(layer: Layer, scale: number, depth: number): Html {
  const { before, after } = story(layer)
  return html`<section class="layer c${depth % COLOURS} ${layer.kind}">
    <h3>${nameOf(layer)} ${timeBar(layer, scale)}</h3>
    ${
      layer.source &&
      html`<details data-of="${nameOf(layer)}">
        <summary>source${layer.place && `, ${layer.place}`}</summary>
        <pre>${layer.source}</pre>
      </details>`
    }
    ${
      layer.changes.length > 0 &&
      html`<div class="in">
        <h4>changed <code>environ</code></h4>
        ${drawChanges(layer.changes)}
      </div>`
    }
    ${before.map((event) => drawEvent(event, layer))}
    ${layer.layers.map((inner) => drawLayer(inner, scale, depth + 1))}
    ${after.map((event) => drawEvent(event, layer))}
  </section> `
}

function timeBar(layer: Layer, scale: number): Html {
  const end = layer.left ?? scale
  const left = (100 * layer.entered) / scale
  const width = Math.max(0.5, (100 * (end - layer.entered)) / scale)
  const own = Math.max(0, layer.busy - layer.layers.reduce((sum, { busy }) => sum + busy, 0))
  return html`<span class="time" title="from ${milliseconds(layer.entered)} to ${milliseconds(end)}"
    ><i>${milliseconds(own)} of its own</i
    ><span class="bar"
      ><span
        style="margin-left:${left.toFixed(1)}%;width:${Math.min(100 - left, width).toFixed(1)}%"
      ></span></span
  ></span>`
}

function drawChanges(list: readonly Change[]): Html {
  return html`<table>
    ${list.map(({ key, before, after }) => {
      if (before === undefined)
        return html`<tr class="added">
          <th scope="row">+ ${key}</th>
          <td>${after}</td>
        </tr>`
      if (after === undefined)
        return html`<tr class="gone">
          <th scope="row">− ${key}</th>
          <td><del>${before}</del></td>
        </tr>`
      return html`<tr class="changed">
        <th scope="row">${key}</th>
        <td><del>${before}</del> → <ins>${after}</ins></td>
      </tr>`
    })}
  </table>`
}

function drawEvent(event: LayerEvent, layer: Layer): Html {
  if (event.kind === 'startResponse') return drawStart(event, announcedInside(layer))
  if (event.kind === 'threw') return html`<p class="event threw"><b>threw</b> ${event.error}</p>`
  if (event.kind === 'returned') return html`<p class="event out"><b>returned</b> ${event.what}</p>`
  if (event.kind === 'chunk')
    return html`<p class="event out">
      <b>gave a chunk</b> of ${event.bytes} bytes: <code>${event.text.slice(0, 60)}</code>
    </p>`
  if (event.kind === 'closed') return html`<p class="event out"><b>close()</b></p>`
  if (event.kind === 'read')
    return html`<p class="event in"><b>read</b> ${event.bytes} bytes of the request's body</p>`
  return html`<div class="event note"><b>${event.what}</b> ${drawDetail(event.detail)}</div>`
}

/** What the layer inside announced last. */
function announcedInside({ layers }: Layer): readonly string[] | undefined {
  const events = layers.at(-1)?.events ?? []
  const last = events.findLast((event) => event.kind === 'startResponse')
  return last?.headers.map(String)
}

/** Where a layer passes an answer on, what it put in stands out. */
function drawStart(
  { status, headers, because, refused }: LayerEvent & { kind: 'startResponse' },
  inside: readonly string[] | undefined,
): Html {
  const row = (header: [string, string]): Html => {
    const isNew = inside !== undefined && !inside.includes(String(header))
    return html`<tr class="${isNew ? 'added' : ''}">
      <th scope="row">${isNew && '+ '}${header[0]}</th>
      <td>${header[1]}</td>
    </tr>`
  }
  return html`<div class="event out">
    <b>startResponse</b> <code>${status}</code>
    ${because !== undefined && html`<p>in place of what was announced before, because of: ${because}</p>`}
    ${refused !== undefined && html`<p class="refused">was refused: ${refused}</p>`}
    <table>
      ${headers.map(row)}
    </table>
  </div>`
}

/** A list of things with the same keys is a table; anything else is text. */
function drawDetail(detail: unknown): Html {
  if (!Array.isArray(detail) || !detail.every(isRecord) || detail.length === 0)
    return typeof detail === 'string'
      ? html`<span>${detail}</span>`
      : html`<pre>${JSON.stringify(detail, undefined, 2)}</pre>`
  const keys = Object.keys(detail[0] ?? {})
  return html`<table>
    <tr>
      ${keys.map((key) => html`<th scope="col">${key}</th>`)}
    </tr>
    ${detail.map(
      (one) =>
        html`<tr>
          ${keys.map((key) => html`<td>${one[key]}</td>`)}
        </tr>`,
    )}
  </table>`
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
