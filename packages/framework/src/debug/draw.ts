/** Draws the debug page as one HTML document, without scripts or external resources. */
import type { Markup } from '../helpers/printing.ts'
import type { Facts } from './facts.ts'
import { markup } from './markup.ts'
import type { Report } from './report.ts'
import { STYLE } from './style.ts'
import type { Frame, SourceLine, Trace } from './traceback.ts'

/** The tables that are initially open. */
const OPEN: readonly string[] = ['Route', 'Query', 'Headers']

/** Draws the page. */
export function draw({ request, trace, facts }: Report): string {
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${trace.name}: ${trace.message.split('\n', 1)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<p class="request">${request ?? 'The application could not be loaded'}</p>
<h1>${trace.name}</h1>
<p class="message">${trace.message}</p>
${hint(trace)}
</header>
<main>
${places(trace)}
${trace.causes.map(cause)}
${facts.map(table)}
</main>
<footer>
<p>This page is shown only in debug mode. It runs no code, and hides values whose names suggest a secret.</p>
</footer>
</body>
</html>
`
  return page.toString()
}

function cause(trace: Trace): Markup {
  return markup`<section class="cause">
<h2>Caused by ${trace.name}</h2>
<p class="message">${trace.message}</p>
${hint(trace)}
${places(trace)}
${trace.causes.map(cause)}
</section>`
}

/** Draws the explanation of an error code. */
function hint({ code, help }: Trace): Markup {
  if (help === undefined) return code === undefined ? markup`` : markup`<p class="code">${code}</p>`
  return markup`<aside class="hint">
<p>${prose(help.means)}</p>
<p>${prose(help.remedy)}</p>
<p><code>phial explain ${code}</code></p>
</aside>`
}

/** Draws text. Parts in backticks become code. */
function prose(text: string): Markup[] {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 0 ? markup`${part}` : markup`<code>${part}</code>`))
}

/** Draws the stack frames of an error. The first one of the app is open. Adjacent frames of libraries are folded. */
function places({ frames }: Trace): Markup {
  if (frames.length === 0) return markup`<p class="none">The error has no stack.</p>`
  const open = frames.find(({ isApp }) => isApp) ?? frames[0]
  const shown = runsOf(frames).flatMap((run) =>
    run[0]?.isApp === true || run[0] === open
      ? run.map((frame) => place(frame, frame === open))
      : [folded(run)],
  )
  return markup`<section class="places">${shown}</section>`
}

/** Groups adjacent frames of the same kind. */
function runsOf(frames: readonly Frame[]): Frame[][] {
  const runs: Frame[][] = []
  for (const frame of frames) {
    const last = runs.at(-1)
    if (last?.[0]?.isApp === frame.isApp) last.push(frame)
    else runs.push([frame])
  }
  return runs
}

function folded(run: readonly Frame[]): Markup {
  const count = run.length === 1 ? 'one frame' : `${run.length} frames`
  const inner = run.map((frame) => place(frame, false))
  return markup`<details class="folded"><summary>${count} in libraries and Node</summary>${inner}</details>`
}

function place(frame: Frame, isOpen: boolean): Markup {
  const { file, line, column, where, source } = frame
  const position = column === undefined ? line : `${line}:${column}`
  const name = markup`<code class="file">${file}<span>:${position}</span></code> <code class="where">${where}</code>`
  if (source.length === 0) return markup`<p class="place">${name}</p>`
  return markup`<details class="place"${openIf(isOpen)}><summary>${name}</summary><pre>${source.map((one) => code(one, line))}</pre></details>`
}

function code({ number, text }: SourceLine, marked: number): Markup {
  const kind = number === marked ? 'line marked' : 'line'
  return markup`<span class="${kind}"><i>${number}</i>${text}\n</span>`
}

function table({ title, rows }: Facts): Markup {
  const cells = rows.map(
    ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${value}</td></tr>\n`,
  )
  return markup`<details class="facts"${openIf(OPEN.includes(title))}><summary><h2>${title}</h2></summary><table>${cells}</table></details>`
}

function openIf(isOpen: boolean): Markup {
  return isOpen ? markup` open` : markup``
}
