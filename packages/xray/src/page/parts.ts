/** What stands in a layer: headers, changes of the environ, chunks, remarks. */
import type { Change } from '../picture.ts'
import { detailOf, type Row } from '../steps.ts'
import { html, type Html } from './html.ts'

export function size(bytes: number): string {
  return bytes === 1 ? '1 byte' : `${bytes} bytes`
}

/** Name and value in lines, as they stand in a head; those that are new stand out. */
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

/** A difference, as everybody knows them: what went in red, what came in green. */
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

/** A piece of a body. Bytes that are no text are not shown as such. */
export function drawChunk(text: string, bytes: number): Html {
  const shown = text.replace(/\uFFFD$/, '')
  if (bytes === 0) return html`<i>no bytes</i>`
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  if (/[\0-\x08\x0E-\x1F\uFFFD]/.test(shown)) return html`<i>${size(bytes)} that are no text</i>`
  const isCut = new TextEncoder().encode(shown).length < bytes && !shown.includes('•••(')
  return html`<pre>${shown}${isCut && html`<i> …</i>`}</pre>`
}

/** A remark of a layer: a text, a table, or JSON. */
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
