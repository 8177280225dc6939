/** A fetch-style application, such as run on Workers, Deno and Bun: Hono's `app.fetch` is one. */
export function words(request: Request): Response {
  const text = new URL(request.url).searchParams.get('text') ?? ''
  const found = text.match(/[\p{L}\p{N}]+/gu) ?? []
  return Response.json({ words: found.length, longest: longestOf(found) })
}

function longestOf(words: readonly string[]): string {
  return words.reduce((one, other) => (other.length > one.length ? other : one), '')
}
