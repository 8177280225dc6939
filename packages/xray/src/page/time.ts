/** Draws where the time went: a bar for each layer, from its call to its return. */
import type { Layer, Picture } from '../picture.ts'
import { allLayers, nameOf, ownTime } from '../steps.ts'
import { html, type Html } from './html.ts'

export function milliseconds(time: number | undefined): string {
  if (time === undefined) return '…'
  return time < 10 ? `${time.toFixed(1)} ms` : `${Math.round(time)} ms`
}

export function drawTime({ top, answer, duration }: Picture): Html {
  const layers = allLayers(top)
  const ends = layers.map(({ layer }) => Math.max(layer.left ?? 0, layer.work.at(-1)?.[1] ?? 0))
  const scale = Math.max(0.01, duration ?? 0, ...ends)
  const at = (time: number): string => `${((100 * time) / scale).toFixed(1)}%`
  const row = ({ layer, depth }: { layer: Layer; depth: number }): Html => {
    return html`<tr class="${hue(depth)}">
      <th scope="row" style="--depth:${depth}">${nameOf(layer)}</th>
      <td class="track">
        ${spans(layer).map(
          ([from, to]) =>
            html`<span class="bar" style="left:${at(from)};width:${at(to - from)}"></span>`,
        )}
        ${
          depth === 0 &&
          answer.chunks.map(
            (chunk) => html`<span class="tick" style="left:${at(chunk.at)}"></span>`,
          )
        }
      </td>
      <td class="own">${milliseconds(ownTime(layer))}</td>
    </tr> `
  }
  return html`<table class="times">
    <thead>
      <tr>
        <th scope="col">layer</th>
        <th scope="col" class="scale">
          <span>running</span> <span class="key">a chunk leaves</span>
          <span>${milliseconds(scale)}</span>
        </th>
        <th scope="col" class="own">itself</th>
      </tr>
    </thead>
    <tbody>
      ${layers.map(row)}
    </tbody>
  </table>`
}

/** Returns the periods in which a layer ran. A layer that has not returned yet has an empty one at its start. */
function spans({ work, entered, left }: Layer): [from: number, to: number][] {
  return left === undefined && work.length === 0 ? [[entered, entered]] : work
}

const HUES = 6

/** Returns the CSS class that colours a layer by its depth. */
export function hue(depth: number): string {
  return `c${depth % HUES}`
}
