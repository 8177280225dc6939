/** A picture for a terminal. */
import type { Layer, LayerEvent, Picture } from './picture.ts'
import { nameOf, story } from './steps.ts'

/**
 * Draws a picture with letters.
 *
 * ```ts
 * console.log(drawText((await record(app, { path: '/' })).picture))
 * ```
 */
export function drawText({ request, answer, top, duration }: Picture): string {
  const lines = [
    `→ ${request.method} ${request.target} ${request.protocol}`,
    ...request.headers.map(([name, value]) => `  ${name}: ${value}`),
    ...(top ? drawLayer(top) : []),
    `← ${answer.status || '(no answer)'}${duration === undefined ? '' : `   ${duration.toFixed(1)} ms`}`,
    ...answer.headers.map(([name, value]) => `  ${name}: ${value}`),
    ...answer.chunks.map(({ bytes, text }) => `  ${bytes} bytes: ${oneLine(text)}`),
  ]
  return `${lines.join('\n')}\n`
}

function drawLayer(layer: Layer): string[] {
  const { before, after } = story(layer)
  const inside = [
    ...layer.changes.map((change) => changed(change.key, change.before, change.after)),
    ...before.flatMap(drawEvent),
    ...layer.layers.flatMap(drawLayer),
    ...after.flatMap(drawEvent),
  ]
  const [open, side, shut] = layer.kind === 'application' ? ['┌ ', '│ ', '└─'] : ['┌╴', '┊ ', '└╴']
  return [
    `${open}${nameOf(layer)}`,
    ...inside.map((line) => side + line),
    `${shut} ${layer.busy.toFixed(1)} ms`,
  ]
}

function changed(key: string, before: string | undefined, after: string | undefined): string {
  if (before === undefined) return `+ ${key} = ${oneLine(after ?? '')}`
  if (after === undefined) return `- ${key} (was ${oneLine(before)})`
  return `~ ${key}: ${oneLine(before)} → ${oneLine(after)}`
}

function drawEvent(event: LayerEvent): string[] {
  if (event.kind === 'startResponse')
    return [
      `startResponse ${event.status}${event.because === undefined ? '' : `, because of ${event.because}`}`,
      ...(event.refused === undefined ? [] : [`  was refused: ${event.refused}`]),
      ...event.headers.map(([name, value]) => `  ${name}: ${value}`),
    ]
  if (event.kind === 'threw') return [`threw ${event.error}`]
  if (event.kind === 'returned') return [`returned ${event.what}`]
  if (event.kind === 'read') return [`read ${event.bytes} bytes`]
  if (event.kind === 'chunk') return [`chunk of ${event.bytes} bytes: ${oneLine(event.text)}`]
  if (event.kind === 'closed') return ['close()']
  return noted(event.what, event.detail)
}

function noted(what: string, detail: unknown): string[] {
  if (!Array.isArray(detail))
    return [`${what}: ${typeof detail === 'string' ? detail : JSON.stringify(detail)}`]
  return [
    what,
    ...detail.map(
      (one) =>
        `  ${typeof one === 'object' && one !== null ? Object.values(one as Record<string, unknown>).join('  ') : String(one)}`,
    ),
  ]
}

function oneLine(text: string): string {
  const line = JSON.stringify(text).slice(1, -1)
  return line.length > 72 ? `${line.slice(0, 72)}…` : line
}
