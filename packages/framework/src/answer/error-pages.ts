/**
 * The response to an error without a handler: a small page, or problem details for clients that prefer JSON. It never says
 * more than the error's description. RFC 9457
 */
import { Accept } from '../fields/accept.ts'
import type { HTTPException } from '../errors/http-errors.ts'
import { escapeHtml } from '../helpers/markup.ts'
import { Response } from '../response/response.ts'

const HTML = 'text/html'
const PROBLEM = 'application/problem+json'
const JSON_TYPE = 'application/json'

/** Returns the response to an HTTP error. `accept` is the header of the request. */
export function errorResponse(error: HTTPException, accept: string | undefined): Response {
  const headers = { ...error.headers, Vary: 'Accept' }
  return prefersJson(accept, error.details !== undefined)
    ? problem(error, headers)
    : page(error, headers)
}

/** Reports whether a client prefers JSON to HTML. Without a preference it receives HTML, unless the error has details. */
function prefersJson(accept: string | undefined, hasDetails: boolean): boolean {
  if (accept === undefined) return hasDetails
  const types = hasDetails ? [PROBLEM, JSON_TYPE, HTML] : [HTML, PROBLEM, JSON_TYPE]
  const preferred = new Accept('mediaTypes', accept).best(types)
  return preferred === PROBLEM || preferred === JSON_TYPE
}

function problem(error: HTTPException, headers: Record<string, string>): Response {
  const { name: title, code: status, description: detail, details } = error
  return Response.json(
    { type: 'about:blank', title, status, detail, ...details },
    { status, headers: { 'Content-Type': PROBLEM, ...headers } },
  )
}

function page(error: HTTPException, headers: Record<string, string>): Response {
  const title = `${error.code} ${escapeHtml(error.name)}`
  const html = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<h1>${escapeHtml(error.name)}</h1>
<p>${escapeHtml(error.description)}</p>
</html>
`
  return new Response(html, { status: error.code, headers })
}
