import type { Catalogue } from './entry.ts'

/** Templates. */
export const templates: Catalogue = {
  ERR_PHIAL_TEMPLATE_NOT_FOUND: {
    means: 'No template with this name exists in the folders that the message lists.',
    example: `app.testRequestContext('/').run(() => renderTemplate('no-such-page'))`,
    remedy:
      "Check the name. It is relative to the folder `templates` next to the app's file, and its default extension is `.eta`. Set `EXPLAIN_TEMPLATE_LOADING` to log where Phial searches for each template.",
  },
  ERR_PHIAL_TEMPLATE_FAILED: {
    means:
      'The code in a template threw an error. The message names the line, and `cause` is the error.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<%= it.user.name %>'))`,
    remedy:
      'Check that line. Often, it uses data that was not passed to the template. `it.user?.name` prints nothing if `it.user` is `undefined`.',
  },
  ERR_PHIAL_TEMPLATE_SYNTAX: {
    means:
      'The syntax of a template is invalid: a tag is not closed, or its content is not valid JavaScript.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<% if (it.user) { %> Hello'))`,
    remedy:
      'Close each `<%` with `%>`, and each `{` with `<% } %>`. To use `await` in a template, render it with `streamTemplate`. Otherwise, await before you render.',
  },
  ERR_PHIAL_TEMPLATE_VALUE: {
    means:
      'A template prints a promise, an async iterable or a function. An `await` or a call is missing.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<%= it.user %>', { user: Promise.resolve('Ann') }))`,
    remedy:
      'For a promise, await it before you render and pass the result, or await it in a template for `streamTemplate`. For a function, call it: `<%= it.user.name() %>`.',
  },
  ERR_PHIAL_TEMPLATE_NAME: {
    means:
      'A name added to the template context is not a valid JavaScript identifier, or is already in use in templates.',
    example: `app.templateGlobal('include', () => 'Hello')`,
    remedy: 'Choose another name.',
  },
  ERR_PHIAL_TEMPLATE_BODY: {
    means:
      'In a streamed layout, an included template used `it.body` as text. At that point, the body is still being streamed, so its text is not available.',
    example: `app.get('/', () => streamTemplate('page'))
await (await client.get('/')).text()`,
    remedy:
      'Print `it.body` once, with `<%~ it.body %>`, or render the page with `renderTemplate`.',
  },
  ERR_PHIAL_TEMPLATE_DEPTH: {
    means:
      'Templates are nested endlessly, because a template includes itself or is its own layout.',
    example: `app.testRequestContext('/').run(() => renderTemplate('loop'))`,
    remedy: 'Make the recursive `include` conditional, so that the recursion ends.',
  },
  ERR_PHIAL_TEMPLATE_BLOCK_ASYNC: {
    means:
      'The function passed to a block or to `capture` is async, but its result is not awaited.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<% capture(async () => {}) %>'))`,
    remedy: 'Await the value first, and use the result within the block.',
  },
  ERR_PHIAL_ATTRIBUTE_NAME: {
    means:
      'A form helper received an attribute name that is invalid in HTML: it contains a space, a quote or a similar character.',
    example: `const form = new HtmlForm({ shape: undefined, values: {}, isSubmitted: false })
form.input('name', { 'two words': true })`,
    remedy: "Write attribute names as in HTML: `{ placeholder: 'Ada' }`, `{ 'data-x': '1' }`.",
  },
}
