import type { Catalogue } from './entry.ts'

/** Templates. */
export const templates: Catalogue = {
  ERR_PHIAL_TEMPLATE_NOT_FOUND: {
    means: 'There is no template of that name in any of the folders that the message lists.',
    example: `app.testRequestContext('/').run(() => renderTemplate('no-such-page'))`,
    remedy:
      'Names are seen from `templates/` beside the app’s file; one without an ending stands for one that ends in `.eta`. `EXPLAIN_TEMPLATE_LOADING` logs where each is looked for.',
  },
  ERR_PHIAL_TEMPLATE_FAILED: {
    means:
      'The code in a template raised an error. The message says the line, and `cause` has the error.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<%= it.user.name %>'))`,
    remedy:
      'Look at that line: what it speaks of may not have been given to the template. `it.user?.name` prints nothing where there is none.',
  },
  ERR_PHIAL_TEMPLATE_SYNTAX: {
    means: 'A template cannot be read: a tag is not closed, or what stands in it is no JavaScript.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<% if (it.user) { %> Hello'))`,
    remedy:
      'Close each `<%` with `%>` and each `{` with `<% } %>`. To await, use `streamTemplate`, or await before the template is rendered.',
  },
  ERR_PHIAL_TEMPLATE_VALUE: {
    means:
      'A template prints a promise, an asynchronous iterable or a function, so an `await` or a call is missing.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<%= it.user %>', { user: Promise.resolve('Ann') }))`,
    remedy:
      'Await before you render and pass the result, or await in a template for `streamTemplate`. Call the function: `<%= it.user.name() %>`.',
  },
  ERR_PHIAL_TEMPLATE_NAME: {
    means:
      'A name for templates is none that JavaScript allows, or has a meaning in templates already.',
    example: `app.templateGlobal('include', () => 'Hello')`,
    remedy: 'Choose another name.',
  },
  ERR_PHIAL_TEMPLATE_BODY: {
    means:
      'A layout is streamed around its page, and another template that it includes made text of `it.body`, which is still to come.',
    example: `app.get('/', () => streamTemplate('page'))
await (await client.get('/')).text()`,
    remedy: 'Print `it.body` once, by `<%~ it.body %>`, or render the page with `renderTemplate`.',
  },
  ERR_PHIAL_TEMPLATE_DEPTH: {
    means:
      'Templates stand one within another without an end: one includes itself, or is its own layout.',
    example: `app.testRequestContext('/').run(() => renderTemplate('loop'))`,
    remedy: 'Have the inner include depend on something that ends.',
  },
  ERR_PHIAL_TEMPLATE_BLOCK_ASYNC: {
    means: 'What is given to a block or to `capture` is async, and nobody waits for it.',
    example: `app.testRequestContext('/').run(() => renderTemplateString('<% capture(async () => {}) %>'))`,
    remedy: 'Await before, and give the block what came.',
  },
  ERR_PHIAL_ATTRIBUTE_NAME: {
    means:
      "A form's helper was given an attribute whose name HTML cannot have: it has a space, a quote or the like.",
    example: `const form = new HtmlForm({ shape: undefined, values: {}, isSubmitted: false })
form.input('name', { 'two words': true })`,
    remedy: "Attributes are written as in HTML: `{ placeholder: 'Ada' }`, `{ 'data-x': '1' }`.",
  },
}
