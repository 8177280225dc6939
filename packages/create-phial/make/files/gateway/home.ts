/** The first page, with the next steps. */
import { quotePath, type Application } from '@phial/core'

export const home: Application = (environ, startResponse) => {
  const root = quotePath(environ.SCRIPT_NAME)
  startResponse('200 OK', [['Content-Type', 'text/html; charset=utf-8']])
  return [new TextEncoder().encode(pageOf(root))]
}

const pageOf = (root: string): string => `<title>phial-app</title>
<h1>phial-app</h1>
<p class="lead">It works. This page is a function in <code>home.ts</code>, and <code>app.ts</code> combines all functions.</p>
<h2>Pages</h2>
<ul>
<li><a href="${root}/hello/Ada">/hello/Ada</a> is found by a list of patterns: <code>url_dispatch.ts</code></li>
<li><a href="${root}/greet?subject=Ada">/greet?subject=Ada</a> reads the query: <code>get_started.ts</code></li>
<li><a href="${root}/environ">/environ</a> shows the <code>environ</code> that a server passes to an application: <code>environ.ts</code></li>
</ul>
<h2>Next</h2>
<ul class="cards">
<li><strong>Change it</strong> Edit <code>home.ts</code>, and reload this page.</li>
<li><strong>See a request</strong> Run <code>npx phial-server --xray app</code>. It draws each request, layer by layer, at the address that it prints.</li>
<li><strong>Read on</strong> <code>README.md</code> explains each file, and how to deploy the app.</li>
</ul>
`
