/** The page with a single request. */
import type { Picture } from '../picture.ts'
import { html } from './html.ts'
import { drawPicture, title } from './draw.ts'
import { style } from './style.ts'

/**
 * Draws a picture as an HTML page: a single file, without scripts or external resources.
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
