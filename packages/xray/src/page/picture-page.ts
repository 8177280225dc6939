/** One request as a page of its own. */
import type { Picture } from '../picture.ts'
import { html } from './html.ts'
import { drawPicture, title } from './draw.ts'
import { style } from './style.ts'

/**
 * Draws a picture as a page of HTML: a single file, which needs no script and nothing else.
 *
 * ```ts
 * const page = picturePage((await record(app, { path: '/' })).picture)
 * ```
 */
export function picturePage(picture: Picture): string {
  return html`<!doctype html>
    <html lang="en">
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title(picture)}</title>
      <style>
        ${style}
      </style>
      <body class="alone">
        <main>${drawPicture(picture)}</main>
      </body>
    </html> `.text
}
