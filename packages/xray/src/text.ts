/** Draws a picture for a terminal. */
import type { CapturedBody, Layer, LayerEvent, Picture } from './picture.ts'
import {
  announcedInside,
  detailOf,
  isLayer,
  isPassing,
  nameOf,
  ownTime,
  stepsOf,
  type Step,
  protocolSwitch,
} from './steps.ts'

/**
 * Draws a picture as plain text.
 *
 * ```ts
 * console.log(drawText((await record(app, { path: '/' })).picture))
 * ```
 */
export function drawText({ request, answer, top, duration }: Picture): string {
  const lines = [
    `→ ${request.method} ${request.target} ${request.protocol}`,
    ...drawHeaders(request.headers),
    ...drawBody(request.body),
    ...(top ? drawLayer(top) : []),
    `← ${answer.status || '(no answer)'}${duration === undefined ? '' : `   ${duration.toFixed(1)} ms`}`,
    ...(answer.broke === undefined ? [] : [`  no layer caught ${answer.broke}`]),
    ...drawHeaders(answer.headers),
    ...answer.chunks.map(({ bytes, text }) => `  chunk of ${bytes} bytes: ${oneLine(text)}`),
  ]
  return `${lines.join('\n')}\n`
}

function drawHeaders(headers: readonly [string, string][]): string[] {
  return headers.map(([name, value]) => `  ${name}: ${value}`)
}

function drawBody(body: CapturedBody): string[] {
  if (body.bytes === 0) return []
  return [`  ${'text' in body ? oneLine(body.text) : `${body.bytes} bytes that are not text`}`]
}

function drawLayer(layer: Layer): string[] {
  const inside = stepsOf(layer).flatMap((step) => drawStep(step, layer))
  const [open, side, shut] = layer.kind === 'application' ? ['┌ ', '│ ', '└─'] : ['┌╴', '┊ ', '└╴']
  return [
    `${open}${nameOf(layer)}`,
    ...inside.map((line) => side + line),
    `${shut} ${ownTime(layer).toFixed(1)} ms itself`,
  ]
}

function changed({ changes }: Layer): string[] {
  return changes.map(({ key, before, after }) => {
    if (before === undefined) return `environ + ${key} = ${oneLine(after ?? '')}`
    if (after === undefined) return `environ - ${key} (was ${oneLine(before)})`
    return `environ ~ ${key}: ${oneLine(before)} → ${oneLine(after)}`
  })
}

function drawStep(step: Step, layer: Layer): string[] {
  if (isLayer(step))
    return [...(step === layer.layers[0] ? changed(layer) : []), ...drawLayer(step)]
  if (step.kind === 'startResponse') return drawStart(step, announcedInside(step, layer))
  if (step.kind === 'note') return drawNote(step.what, step.detail)
  return [sentence(step, isPassing(step, layer))]
}

function sentence(
  event: Exclude<LayerEvent, { kind: 'startResponse' | 'note' }>,
  isPassedOn: boolean,
): string {
  switch (event.kind) {
    case 'threw':
      return isPassedOn ? 'lets the error through' : `throws ${event.error}`
    case 'returned':
      return `returns ${event.what}`
    case 'read':
      return `reads ${event.bytes} bytes of the body`
    case 'chunk':
      return `yields a chunk of ${event.bytes} bytes: ${oneLine(event.text)}`
    case 'wrote':
      return `writes a chunk of ${event.bytes} bytes: ${oneLine(event.text)}`
    case 'ended':
      return 'has no more chunks'
    case 'closed':
      return 'close() is called'
  }
}

function drawStart(
  { status, headers, because, refused }: LayerEvent & { kind: 'startResponse' },
  inside: readonly string[] | undefined,
): string[] {
  const turn = protocolSwitch(status)
  const mark = (header: [string, string]): string =>
    inside !== undefined && !inside.includes(String(header)) ? '+' : ' '
  return [
    `startResponse ${status}${because === undefined ? '' : `, because of ${because}`}`,
    ...(refused === undefined ? [] : [`  is rejected: ${refused}`]),
    ...(turn === undefined ? [] : [`  ${turn}`]),
    ...headers.map((header) => `${mark(header)} ${header[0]}: ${header[1]}`),
  ]
}

function drawNote(what: string, detail: unknown): string[] {
  const read = detailOf(detail)
  if ('text' in read) return [`${what}: ${read.text}`]
  if ('json' in read) return [`${what}: ${oneLine(read.json.replaceAll(/\s+/g, ' '))}`]
  const widths = read.rows[0]?.cells.map((_, at) =>
    Math.max(...read.rows.map(({ cells }) => cells[at]?.[1].length ?? 0)),
  )
  return [
    what,
    ...read.rows.map(({ hit, cells }) => {
      const words = cells.map(([, value], at) => value.padEnd(widths?.[at] ?? 0))
      return `${hit === true ? '✓' : hit === false ? '✗' : ' '} ${words.join('  ')}`.trimEnd()
    }),
  ]
}

function oneLine(text: string): string {
  const line = JSON.stringify(text).slice(1, -1)
  return line.length > 72 ? `${line.slice(0, 72)}…` : line
}
