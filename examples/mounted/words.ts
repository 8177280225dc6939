/** A fetch-style application, as for Workers, Deno and Bun. Hono's `app.fetch` is one, too. */
import { page, wantsPage } from './page.ts'

export function words(request: Request): Response {
  const { pathname, searchParams } = new URL(request.url)
  const found = (searchParams.get('text') ?? '').match(/[\p{L}\p{N}]+/gu) ?? []
  const longest = longestOf(found)
  const headers = { Vary: 'Accept' }
  if (!wantsPage(request.headers.get('Accept'))) {
    return Response.json({ words: found.length, longest }, { headers })
  }
  const html = page(pathname, 'The words', [`${found.length} words`, `The longest: ${longest}`])
  return new Response(html, { headers: { ...headers, 'Content-Type': 'text/html; charset=utf-8' } })
}

function longestOf(words: readonly string[]): string {
  return words.reduce((one, other) => (other.length > one.length ? other : one), '')
}
