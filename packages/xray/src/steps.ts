/** The steps of a layer in order: its events and, between them, the layers that it called. */
import type { Layer, LayerEvent } from './picture.ts'

/** Returns a layer's name, preceded by the declaration that contains it. An object is named by its class alone. */
export function nameOf({ name, declared, place }: Layer): string {
  if (/^[A-Z]/.test(name)) return name
  const [outer = '', member = ''] = declared.split(' › ')
  const names = new Set([outer, name || member].filter((one) => one !== ''))
  return [...names].join(' › ') || place || 'a function without a name'
}

const TOOLS: ReadonlySet<string> = new Set(['debugged', 'validator'])

/** Reports whether Phial's commands wrapped this layer around the application. A layer that throws counts as the user's. */
export function isTool(layer: Layer): boolean {
  const { place, declared, events } = layer
  const isWrong = events.some((event) => event.kind === 'threw' && !isPassing(event, layer))
  return place === '' && TOOLS.has(declared) && !isWrong
}

/** One step of a layer: an event, or a layer that it called. */
export type Step = LayerEvent | Layer

/** Returns a caption for a status that switches protocols. */
export function protocolSwitch(status: string): string | undefined {
  if (!status.startsWith('101')) return undefined
  return 'from here on, input and chunks are bytes of another protocol'
}

export const isLayer = (step: Step): step is Layer => 'layers' in step

/** Returns the steps of a layer, without events that it only passed on from a layer inside. */
export function stepsOf({ events, layers }: Layer): Step[] {
  const inner = new Set(layers.flatMap((layer) => layer.events.map(withoutTime)))
  const own = events.filter((event) => !PASSED.has(event.kind) || !inner.has(withoutTime(event)))
  return [...own, ...layers].toSorted((one, other) => when(one) - when(other))
}

/** Events that repeat in each layer on the way out. */
const PASSED: ReadonlySet<LayerEvent['kind']> = new Set([
  'startResponse',
  'chunk',
  'wrote',
  'returned',
  'ended',
  'closed',
])

const when = (step: Step): number => (isLayer(step) ? step.entered : step.at)

function withoutTime(event: LayerEvent): string {
  return JSON.stringify({ ...event, at: 0 })
}

/** Reports whether a layer inside has the same event, so that this layer only passes it on. */
export function isPassing(event: LayerEvent, { layers }: Layer): boolean {
  return layers.some(({ events }) =>
    events.some((inner) => withoutTime(inner) === withoutTime(event)),
  )
}

/** Returns the headers that a layer inside passed to `startResponse` with the same status, if one did. */
export function announcedInside(
  { at, status }: LayerEvent & { kind: 'startResponse' },
  { layers }: Layer,
): readonly string[] | undefined {
  const before = layers
    .flatMap(({ events }) => events)
    .filter((event) => event.kind === 'startResponse')
    .findLast((event) => event.at < at && event.status === status)
  return before?.headers.map(String)
}

/** Returns how long a layer itself ran, without the layers inside it. */
export function ownTime({ busy, layers }: Layer): number {
  return Math.max(0, busy - layers.reduce((sum, inner) => sum + inner.busy, 0))
}

/** Lists a layer and all layers inside it, outermost first, with their depths. */
export function allLayers(
  top: Layer | undefined,
  depth: number = 0,
): { layer: Layer; depth: number }[] {
  if (top === undefined) return []
  return [{ layer: top, depth }, ...top.layers.flatMap((inner) => allLayers(inner, depth + 1))]
}

/** The detail of a note: a text, rows of a table, or any other JSON. */
export type Detail =
  | { readonly text: string }
  | { readonly rows: readonly Row[] }
  | { readonly json: string }

/** A row of a note's table. `hit: true` highlights it. */
export interface Row {
  readonly hit: boolean | undefined
  readonly cells: readonly (readonly [name: string, value: string])[]
}

export function detailOf(detail: unknown): Detail {
  if (typeof detail === 'string') return { text: detail }
  if (!Array.isArray(detail) || detail.length === 0 || !detail.every(isRecord))
    return { json: JSON.stringify(detail, undefined, 2) }
  return { rows: detail.map(rowOf) }
}

function rowOf({ hit, ...cells }: Record<string, unknown>): Row {
  return {
    hit: typeof hit === 'boolean' ? hit : undefined,
    cells: Object.entries(cells).map(([name, value]) => [name, String(value)]),
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
