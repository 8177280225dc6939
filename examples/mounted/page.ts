/** The page that every application shows to a browser. */

/** Escapes text for HTML. */
const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

/** Renders a page with a link to the front page. `mount` is the path of the application, such as `/roof/clock`. */
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

/** Reports whether a client accepts HTML, as browsers do and programs rarely do. */
export const wantsPage = (accept: unknown): boolean => String(accept).includes('text/html')
