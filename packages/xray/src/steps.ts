/** A layer's story, in the order in which it happened: what it did, and in between the layers that it called. */
import type { Layer, LayerEvent } from './picture.ts'

/** Its own name, with that of what it was declared in. An object goes by its class alone, wherever its `wsgiApp` is written. */
export function nameOf({ name, declared, place }: Layer): string {
  if (/^[A-Z]/.test(name)) return name
  const [outer = '', member = ''] = declared.split(' › ')
  const names = new Set([outer, name || member].filter((one) => one !== ''))
  return [...names].join(' › ') || place || 'a function without a name'
}

const TOOLS: ReadonlySet<string> = new Set(['debugged', 'validator'])

/** Whether a layer is one that the commands of Phial put around an application. One where something goes wrong is of interest. */
export function isTool(layer: Layer): boolean {
  const { place, declared, events } = layer
  const isWrong = events.some((event) => event.kind === 'threw' && !isPassing(event, layer))
  return place === '' && TOOLS.has(declared) && !isWrong
}

/** One thing that happened in a layer: something it did, or another layer at work. */
export type Step = LayerEvent | Layer

/** What a status changes for what follows, if anything. */
export function turnOf(status: string): string | undefined {
  if (!status.startsWith('101')) return undefined
  return 'from here on what is read and each chunk are bytes of another protocol'
}

export const isLayer = (step: Step): step is Layer => 'layers' in step

/** What a layer did, without what it only passed on from the layers inside. */
export function story({ events, layers }: Layer): Step[] {
  const inner = new Set(layers.flatMap((layer) => layer.events.map(said)))
  const own = events.filter((event) => !PASSED.has(event.kind) || !inner.has(said(event)))
  return [...own, ...layers].toSorted((one, other) => when(one) - when(other))
}

/** What goes from layer to layer on the way out. */
const PASSED: ReadonlySet<LayerEvent['kind']> = new Set([
  'startResponse',
  'chunk',
  'wrote',
  'returned',
  'ended',
  'closed',
])

const when = (step: Step): number => (isLayer(step) ? step.entered : step.at)

function said(event: LayerEvent): string {
  return JSON.stringify({ ...event, at: 0 })
}

/** Whether a layer inside threw the same: then it only goes through. */
export function isPassing(event: LayerEvent, { layers }: Layer): boolean {
  return layers.some(({ events }) => events.some((inner) => said(inner) === said(event)))
}

/** The headers with which a layer inside announced what is now passed on, if one did. */
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

/** How long a layer was at work itself, the layers inside of it left out. */
export function ownTime({ busy, layers }: Layer): number {
  return Math.max(0, busy - layers.reduce((sum, inner) => sum + inner.busy, 0))
}

/** A layer and all that are inside of it, outermost first, with how deep each is. */
export function allLayers(
  top: Layer | undefined,
  depth: number = 0,
): { layer: Layer; depth: number }[] {
  if (top === undefined) return []
  return [{ layer: top, depth }, ...top.layers.flatMap((inner) => allLayers(inner, depth + 1))]
}

/** What a remark is: a text, rows of a table, or something else. */
export type Detail =
  | { readonly text: string }
  | { readonly rows: readonly Row[] }
  | { readonly json: string }

/** A row of a remark; `hit: true` stands out. */
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
