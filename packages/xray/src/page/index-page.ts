/** The list of requests, next to the picture of one of them. */
import type { Picture } from '../picture.ts'
import { drawPicture, title, tone } from './draw.ts'
import { Html, html } from './html.ts'
import { style } from './style.ts'
import { milliseconds } from './time.ts'

/** Renders the page. Without a chosen picture, it shows the latest one, and the next one as soon as it arrives. */
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
        <a class="skip" href="#picture">To the picture</a>
        <nav aria-label="Requests">
          <h1>X-ray</h1>
          <p id="live" role="status">listening</p>
          <ol>
            <li>
              <a href="./" ${chosen === undefined && CURRENT}>
                <b>●</b> <span>always the latest</span>
              </a>
            </li>
            ${pictures.map((picture) => row(picture, chosen))}
          </ol>
          <p><kbd>j</kbd> older, <kbd>k</kbd> newer</p>
        </nav>
        <main id="picture" tabindex="-1">
          ${shown ? [links(shown), drawPicture(shown)] : empty}
        </main>
        <script>
          ${new Html(script)}
        </script>
      </body>
    </html> `.text
}

const CURRENT = new Html('aria-current="page"')

const empty = html`<p class="empty">
  No requests yet. Send one to this site, from another tab or with curl, and watch.
</p>`

function row(picture: Picture, chosen: Picture | undefined): Html {
  const { method, target } = picture.request
  return html`<li>
    <a href="${picture.id}" ${picture === chosen && CURRENT}>
      <b class="${tone(picture)}">${picture.answer.status.slice(0, 3) || '…'}</b>
      <span title="${target}">${method} ${target}</span>
      <i>${milliseconds(picture.duration)}</i>
    </a>
  </li> `
}

function links({ id }: Picture): Html {
  return html`<p class="links">
    <a href="${id}">Link to this request</a> <a href="${id}.html" download>Save as one file</a>
    <a href="${id}.json" download="xray-${id}.json">Save for replay</a>
  </p>`
}

/** Fetches the list and the picture again after a change. Unfolded details and the focus stay as they were. */
const script = `
const live = document.querySelector('#live')
const say = (words) => { if (live.textContent !== words) live.textContent = words }
const update = async () => {
  const answer = await fetch(location.href).catch(() => undefined)
  if (!answer) return
  if (!answer.ok) { location.href = './'; return }
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  const open = new Set([...document.querySelectorAll('details[open]')].map((one) => one.dataset.of))
  const focus = document.activeElement?.getAttribute('href')
  for (const part of ['nav ol', 'main']) document.querySelector(part).innerHTML = page.querySelector(part).innerHTML
  for (const one of document.querySelectorAll('details')) one.open = open.has(one.dataset.of)
  if (focus) document.querySelector('a[href="' + focus + '"]')?.focus()
  document.title = page.title
}
let due, isLate = false
const events = new EventSource('events')
events.onopen = () => { say('listening'); if (isLate) update(); isLate = false }
events.onmessage = () => { clearTimeout(due); due = setTimeout(update, 100) }
events.onerror = () => { isLate = true; say('the server does not answer; trying again') }
addEventListener('keydown', ({ key, altKey, ctrlKey, metaKey }) => {
  const step = altKey || ctrlKey || metaKey ? 0 : { j: 1, k: -1 }[key]
  const rows = [...document.querySelectorAll('nav ol a')]
  const next = step && rows[rows.findIndex((row) => row.getAttribute('aria-current')) + step]
  if (next) location.href = next.href
})
`
