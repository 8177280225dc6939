/** Where templates meet the rest of the app: what they have at hand, and who is told of them. */
import type { Phial } from '../app.ts'
import { currentContext, g, request, session } from '../context.ts'
import { getFlashedMessages } from '../sessions/flash.ts'
import { beforeRenderTemplate, templateRendered } from '../signals.ts'
import { templateTrace } from '../tracing.ts'
import { urlFor } from '../urls/url-for.ts'
import { jsonForScript, type Markup, safe } from './printing.ts'

/** What each template of an app has at hand. */
export function standardNames(app: Phial): Record<string, unknown> {
  const { config } = app
  const tojson = (value: unknown): Markup => jsonForScript(value, (one) => app.json.dumps(one))
  return { request, session, g, config, urlFor, getFlashedMessages, tojson, safe }
}

/** What a template is given: by context processors, the app's and then its blueprints', and by the view, which wins. */
export function dataFor(app: Phial, data: object): object {
  const added = app.templateContext(currentContext())
  return added === undefined ? data : { ...added, ...data }
}

/** Renders a template, and tells who wants to know. The name is `undefined` for a template from a string. */
export function announced(
  app: Phial,
  template: string | undefined,
  data: object,
  render: () => string,
): string {
  beforeRenderTemplate.send(app, { template, data })
  const text = templateTrace.isHeard ? templateTrace.run({ template }, render) : render()
  templateRendered.send(app, { template, data })
  return text
}

/** The same for a stream, which is rendered when it has been read to its end. */
export async function* announcedStream(
  app: Phial,
  template: string | undefined,
  data: object,
  stream: AsyncIterable<string>,
): AsyncGenerator<string, void> {
  beforeRenderTemplate.send(app, { template, data })
  yield* stream
  templateRendered.send(app, { template, data })
}
