/** What templates need of their app, and what they can use: names, data, signals. */
import { type App, currentContext, g, request, session } from '../context/context.ts'
import { getFlashedMessages } from '../sessions/flash.ts'
import { beforeRenderTemplate, templateRendered } from '../observers/signals.ts'
import { templateTrace } from '../observers/tracing.ts'
import { urlFor } from '../urls/url-for.ts'
import { guard } from '../helpers/guards.ts'
import { jsonForScript, type Markup, safe } from '../helpers/printing.ts'

/** What templates need of their app. */
export interface TemplateHost extends App {
  /** The folders that templates are looked for in; the first one that has a template wins. */
  readonly templateFolders: readonly string[]
}

/** The names that every template can use besides its own helpers. */
export function standardNames(app: TemplateHost): Record<string, unknown> {
  const { config } = app
  const tojson = (value: unknown): Markup => jsonForScript(value, (one) => app.json.dumps(one))
  return { request, session, g, config, urlFor, getFlashedMessages, tojson, safe }
}

/** The data of a template: from context processors, the app's before its blueprints', then from the view, which wins. */
export function dataFor(app: TemplateHost, data: object): object {
  // A promise that no tag prints may reject all the same. What is not an object is the template's error to tell.
  if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) guard(value)
  const added = app.templateContext(currentContext())
  return added === undefined ? data : { ...added, ...data }
}

/** Renders a template and sends the signals. The name is `undefined` for a template from a string. */
export function announced(
  app: TemplateHost,
  template: string | undefined,
  data: object,
  render: () => string,
): string {
  beforeRenderTemplate.send(app, { template, data })
  const text = templateTrace.hasSubscribers ? templateTrace.run({ template }, render) : render()
  templateRendered.send(app, { template, data })
  return text
}

/** The same for a stream, which is rendered once it has been read to its end. */
export async function* announcedStream(
  app: TemplateHost,
  template: string | undefined,
  data: object,
  stream: AsyncIterable<string>,
): AsyncGenerator<string, void> {
  beforeRenderTemplate.send(app, { template, data })
  yield* stream
  templateRendered.send(app, { template, data })
}
