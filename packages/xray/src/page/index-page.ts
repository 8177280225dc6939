/** The last requests beside the picture of one. */
import type { Picture } from '../picture.ts'
import { drawPicture, milliseconds, title, tone } from './draw.ts'
import { Html, html } from './html.ts'
import { style } from './style.ts'

/** Without a picture the last one is shown, and the next one as soon as it comes. */
export function indexPage(pictures: readonly Picture[], chosen?: Picture): string {
  const shown = chosen ?? pictures[0]
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>X-ray${shown && `: ${title(shown)}`}</title>
      <style>
        ${style}
      </style>
      <body>
        <nav aria-label="Requests">
          <h1><a href="./">X-ray</a></h1>
          <ol>
            ${pictures.map((picture) => row(picture, shown))}
          </ol>
          <p class="hint"><kbd>↑</kbd> <kbd>↓</kbd> another request</p>
        </nav>
        <main>${shown ? [links(shown), drawPicture(shown)] : empty}</main>
        <script>
          ${new Html(script)}
        </script>
      </body>
    </html> `.text
}

const empty = html`<p class="empty">
  Nothing has passed yet. Ask this site for something, in another tab or with curl, and watch.
</p>`

function row(picture: Picture, shown: Picture | undefined): Html {
  const { method, target } = picture.request
  return html`<li>
    <a href="${picture.id}" ${picture === shown && new Html('aria-current="page"')}>
      <b class="${tone(picture)}">${picture.answer.status.slice(0, 3) || '…'}</b>
      <span>${method} ${target}</span>
      <i>${milliseconds(picture.duration)}</i>
    </a>
  </li> `
}

function links({ id }: Picture): Html {
  return html`<p class="links">
    <a href="${id}.html" download>Save as one file</a> <a href="${id}.json">JSON</a>
  </p>`
}

/** Says that there is something new: list and picture are fetched again. Arrow keys go from request to request. */
const script = `
const update = async () => {
  const answer = await fetch(location.href)
  if (!answer.ok) return
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const open = new Set([...document.querySelectorAll('details[open]')].map((one) => one.dataset.of))
  for (const part of ['nav ol', 'main']) document.querySelector(part).innerHTML = page.querySelector(part).innerHTML
  for (const one of document.querySelectorAll('details')) one.open = open.has(one.dataset.of)
  document.title = page.title
}
let due
new EventSource('events').onmessage = () => { clearTimeout(due); due = setTimeout(update, 100) }
addEventListener('keydown', ({ key }) => {
  const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1 }[key]
  const rows = [...document.querySelectorAll('nav ol a')]
  const at = rows.findIndex((row) => row.ariaCurrent)
  const next = step && rows[at + step]
  if (next) { location.href = next.href }
})
`
