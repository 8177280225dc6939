/** Draws a layer with its events and, between them, the layers that it called. */
import type { Layer, LayerEvent } from '../picture.ts'
import {
  announcedInside,
  isLayer,
  isPassing,
  isTool,
  nameOf,
  ownTime,
  stepsOf,
  protocolSwitch,
} from '../steps.ts'
import { html, type Html, prose } from './html.ts'
import { drawChanges, drawChunk, drawDetail, drawHeaders, size } from './parts.ts'
import { hue, milliseconds } from './time.ts'

export function drawLayer(layer: Layer, depth: number, path: string = '0'): Html {
  const steps = stepsOf(layer)
  if (isTool(layer)) return drawTool(layer, depth, path)
  const isQuiet = steps.every(isLayer) && layer.changes.length === 0
  return html`<section class="layer ${hue(depth)} ${layer.kind}">
    <header>
      <h3>
        <small>${layer.kind === 'part' ? 'part' : `layer ${depth + 1}`}</small> ${nameOf(layer)}
      </h3>
      <p>${milliseconds(ownTime(layer))} itself</p>
    </header>
    ${layer.source && drawSource(layer, path)}
    ${isQuiet && steps.length > 0 && html`<p class="quiet">passes everything on unchanged</p>`}
    ${steps.map((step, at) =>
      isLayer(step)
        ? [
            step === layer.layers[0] && drawChanged(layer),
            drawLayer(step, depth + 1, `${path}.${at}`),
          ]
        : drawEvent(step, layer),
    )}
  </section> `
}

/** Draws a layer that Phial's commands added: one line, which unfolds to its events. The layers inside follow it. */
function drawTool(layer: Layer, depth: number, path: string): Html {
  const own = stepsOf(layer).filter((step) => !isLayer(step))
  return html`<details class="tool" data-of="${path}">
      <summary><b>${layer.declared}</b>, which wraps everything below</summary>
      ${drawChanged(layer)} ${own.map((step) => !isLayer(step) && drawEvent(step, layer))}
    </details>
    ${layer.layers.map((inner, at) => drawLayer(inner, depth, `${path}.${at}`))}`
}

function drawSource({ source, place }: Layer, path: string): Html {
  return html`<details data-of="${path}">
    <summary>its source${place && html`, <code>${place}</code>`}</summary>
    <pre>${source}</pre>
  </details>`
}

/** Draws the changes to the environ, which are detected when the next layer is called. */
function drawChanged({ changes }: Layer): Html | false {
  if (changes.length === 0) return false
  return html`<div class="step in">
    <h4>changes <code>environ</code> for the next layer</h4>
    ${drawChanges(changes)}
  </div> `
}

function drawEvent(event: LayerEvent, layer: Layer): Html {
  switch (event.kind) {
    case 'startResponse':
      return drawStart(event, announcedInside(event, layer))
    case 'threw':
      return isPassing(event, layer)
        ? html`<p class="step bad">lets the error through</p> `
        : html`<p class="step bad">throws <b>${prose(event.error)}</b></p> `
    case 'read':
      return html`<p class="step in">reads <b>${size(event.bytes)}</b> of the request’s body</p> `
    case 'note':
      return html`<div class="step note">
        <h4>${event.what}</h4>
        ${drawDetail(event.detail)}
      </div> `
    case 'returned':
      return html`<p class="step out">returns the body: <b>${event.what}</b></p> `
    case 'chunk':
    case 'wrote':
      return html`<div class="step out">
        <h4>${event.kind === 'chunk' ? 'yields' : 'writes'} a chunk of ${size(event.bytes)}</h4>
        ${drawChunk(event.text, event.bytes)}
      </div> `
    case 'ended':
      return html`<p class="step out">has no more chunks</p> `
    case 'closed':
      return html`<p class="step out"><code>close()</code> is called</p> `
  }
}

/** Draws a call of `startResponse`. Where a layer passes on an inner call, the headers that it added are highlighted. */
function drawStart(
  { status, headers, because, refused }: LayerEvent & { kind: 'startResponse' },
  inside: readonly string[] | undefined,
): Html {
  return html`<div class="step ${refused === undefined ? 'out' : 'bad'}">
    <h4><code>startResponse</code> ${status}</h4>
    ${
      because !== undefined &&
      html`<p>replaces the earlier status and headers, because of <b>${prose(because)}</b></p>`
    }
    ${refused !== undefined && html`<p>is rejected: <b>${prose(refused)}</b></p>`}
    ${protocolSwitch(status) !== undefined && html`<p>${protocolSwitch(status)}</p>`}
    ${drawHeaders(headers, 'head', (header) => inside !== undefined && !inside.includes(String(header)))}
  </div> `
}
