/** Draws the parts of a layer: headers, changes to the environ, chunks and notes. */
import type { Change } from '../picture.ts'
import { detailOf, type Row } from '../steps.ts'
import { html, type Html } from './html.ts'

export function size(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`
}

/** Draws headers line by line, as in the head of a message. New ones are highlighted. */
export function drawHeaders(
  headers: readonly [string, string][],
  kind: 'head' | 'environ',
  isNew: (header: [string, string]) => boolean = () => false,
): Html {
  return html`<table class="lines ${kind}">
    ${headers.map(
      (header) =>
        html`<tr class="${isNew(header) && 'added'}">
          <th scope="row">${header[0]}</th>
          <td>${header[1]}</td>
        </tr> `,
    )}
  </table>`
}

/** Draws changes as a diff: removed values in red, added values in green. */
export function drawChanges(changes: readonly Change[]): Html {
  const row = (kind: string, key: string, value: string): Html =>
    html`<tr class="${kind}">
      <th scope="row">${key}</th>
      <td>${value === '' ? html`<i>empty</i>` : value}</td>
    </tr> `
  return html`<table class="lines">
    ${changes.map(({ key, before, after }) => [
      before !== undefined && row('gone', key, before),
      after !== undefined && row('added', key, after),
    ])}
  </table>`
}

/** Draws a chunk of a body, or its size if it is not text. */
export function drawChunk(text: string, bytes: number): Html {
  const shown = text.replace(/\uFFFD$/, '')
  if (bytes === 0) return html`<i>no bytes</i>`
  // oxlint-disable-next-line no-control-regex -- the pattern searches for control characters
  if (/[\0-\x08\x0E-\x1F\uFFFD]/.test(shown)) return html`<i>${size(bytes)} that are not text</i>`
  const isCut = new TextEncoder().encode(shown).length < bytes && !shown.includes('•••(')
  return html`<pre>${shown}${isCut && html`<i> …</i>`}</pre>`
}

/** Draws the detail of a note: a text, a table, or JSON. */
export function drawDetail(detail: unknown): Html {
  const read = detailOf(detail)
  if ('text' in read) return html`<span>${read.text}</span>`
  return 'json' in read ? html`<pre>${read.json}</pre>` : drawRows(read.rows)
}

function drawRows(rows: readonly Row[]): Html {
  const names = rows[0]?.cells.map(([name]) => name) ?? []
  return html`<table class="rows">
    <tr>
      ${names.map((name) => html`<th scope="col">${name}</th>`)}
    </tr>
    ${rows.map(
      ({ hit, cells }) =>
        html`<tr class="${hit === true && 'hit'} ${hit === false && 'miss'}">
          ${cells.map(([, value]) => html`<td>${value}</td>`)}
        </tr> `,
    )}
  </table>`
}
