/** A layer's story, in the order in which it is told: what it did before it called the next, the next, and after. */
import type { Layer, LayerEvent } from './picture.ts'

export const nameOf = ({ name, place }: Layer): string =>
  name || place || 'a function without a name'

/** What a layer did, without what it only passed on from the layer inside. */
export function story({ events, layers }: Layer): { before: LayerEvent[]; after: LayerEvent[] } {
  const inner = layers.at(-1)?.events ?? []
  const told = events.filter((event) => !isPassedOn(event, inner))
  const first = layers[0]?.entered ?? 0
  return {
    before: told.filter(({ at }) => at < first),
    after: told.filter(({ at }) => at >= first),
  }
}

function isPassedOn(event: LayerEvent, inner: readonly LayerEvent[]): boolean {
  const same = JSON.stringify({ ...event, at: 0 })
  if (event.kind !== 'startResponse' && event.kind !== 'chunk' && event.kind !== 'returned')
    return false
  return inner.some((one) => JSON.stringify({ ...one, at: 0 }) === same)
}
