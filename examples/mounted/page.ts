/** The page that every room shows to a browser, whoever answers there. */

/** Text for HTML. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** A page with the way back to the front. `mount` is the path at which the room is: `/roof/clock`. */
export function page(mount: string, title: string, lines: readonly string[]): string {
  const front = escaped(mount.slice(0, mount.lastIndexOf('/') + 1))
  const items = lines.map((line) => `      <li>${escaped(line)}</li>\n`).join('')
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${title}</title>
  <link rel="stylesheet" href="${front}static/mounted.css">
  <link rel="icon" href="${front}static/roof.svg">
</head>
<body>
  <main>
    <h1>${title}</h1>
    <ul>
${items}    </ul>
    <p><a href="${front}">Back to the front</a></p>
  </main>
</body>
</html>
`
}

/** Whether a client wants a page: browsers say so, programs rarely do. */
export const wantsPage = (accept: unknown): boolean => String(accept).includes('text/html')
