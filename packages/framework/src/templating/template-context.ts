/** The template context: the names and the data available in templates, and the signals around a rendering. */
import { type App, currentContext, g, request, session } from '../context/context.ts'
import { getFlashedMessages } from '../sessions/flash.ts'
import { beforeRenderTemplate, templateRendered } from '../observers/signals.ts'
import { templateTrace } from '../observers/tracing.ts'
import { urlFor } from '../urls/url-for.ts'
import { guard } from '../helpers/guards.ts'
import { jsonForScript, type Markup, safe } from '../helpers/printing.ts'

/** The parts of an app that its templates use. */
export interface TemplateHost extends App {
  /** The template folders in order of precedence. */
  readonly templateFolders: readonly string[]
}

/** Returns the names available in every template, in addition to the helpers. */
export function standardNames(app: TemplateHost): Record<string, unknown> {
  const { config } = app
  const tojson = (value: unknown): Markup => jsonForScript(value, (one) => app.json.dumps(one))
  return { request, session, g, config, urlFor, getFlashedMessages, tojson, safe }
}

/**
 * Returns the data of a template: the values of context processors, first the app's, then those of blueprints,
 * overridden by the data from the view.
 */
export function withContext(app: TemplateHost, data: object): object {
  // A promise may reject even if no tag prints it. If the data is not an object, the template reports the error.
  if (typeof data === 'object' && data !== null)
    for (const value of Object.values(data)) guard(value)
  const added = app.templateContext(currentContext())
  return added === undefined ? data : { ...added, ...data }
}

/**
 * Renders a template and sends the signals before and after it. The name is `undefined` for a template from a string.
 */
export function renderWithSignals(
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

/** Does the same for a stream. The signal after the rendering is sent once the stream has been read to its end. */
export async function* streamWithSignals(
  app: TemplateHost,
  template: string | undefined,
  data: object,
  stream: AsyncIterable<string>,
): AsyncGenerator<string, void> {
  beforeRenderTemplate.send(app, { template, data })
  yield* stream
  templateRendered.send(app, { template, data })
}
