/** Records what the layers do with one request. The result is a `Picture`. */
import { callApplication, isPromise } from '@phial/core'
import type {
  Application,
  ApplicationLike,
  Body,
  Environ,
  LayerTrace,
  StartResponse,
  Write,
} from '@phial/core'
import { BodyCapture } from './body.ts'
import { Clock } from './clock.ts'
import { changes, headersOf, textsOf, Watcher, type Snapshot } from './environ.ts'
import { maskText } from './mask.ts'
import type { Layer, LayerEvent, Picture } from './picture.ts'
import { nodeSources, placeOfCaller, type Sources } from './place.ts'
import { headline, kindOf, masked, maskDetail, textOf } from './summary.ts'
import { watchBody, watchInput, type BodyWatcher } from './watch.ts'

const MAX_CHUNKS = 50
const MAX_EVENTS = 200
const MAX_LAYERS = 200
/** Kinds of events that a layer may produce in any number. They are dropped once the layer has `MAX_EVENTS` events. */
const REPEATED: ReadonlySet<LayerEvent['kind']> = new Set(['chunk', 'wrote', 'read', 'note'])
const MAX_WORK = 100
const MAX_SOURCE = 1200

let lastId = 0

type Details<Kind extends LayerEvent['kind']> = Omit<
  Extract<LayerEvent, { kind: Kind }>,
  'at' | 'kind'
>

export class Recorder implements LayerTrace {
  readonly picture: Picture
  readonly #clock = new Clock()
  readonly #onChange: () => void
  readonly #sources: Sources
  /** The layers that are currently running. The innermost is the last. */
  readonly #working: Layer[] = []
  readonly #body = new BodyCapture()
  readonly #environs = new Watcher()
  readonly #seen = new WeakMap<Layer, Snapshot>()

  constructor(
    environ: Environ,
    onChange: () => void = () => undefined,
    sources: Sources = nodeSources,
  ) {
    this.#onChange = onChange
    this.#sources = sources
    const body = this.#body
    this.picture = {
      id: ++lastId,
      time: new Date().toISOString(),
      request: {
        method: environ.REQUEST_METHOD,
        target: maskText(environ.RAW_URI ?? environ.PATH_INFO),
        protocol: environ.SERVER_PROTOCOL,
        headers: headersOf(environ),
        environ: textsOf(environ),
        get body() {
          return body.captured
        },
      },
      top: undefined,
      answer: { status: '', headers: [], chunks: [], bytes: 0, broke: undefined },
      duration: undefined,
    }
  }

  /** Runs the outermost application, and records its response as the answer. */
  async run(app: ApplicationLike, environ: Environ, startResponse: StartResponse): Promise<Body> {
    const watcher = this.#answerWatcher()
    this.#clock.start()
    environ['phial.trace'] = this
    environ['wsgi.input'] = watchInput(environ['wsgi.input'], (bytes) => this.#read(bytes))
    try {
      const body = await callApplication(app, environ, (status, headers, excInfo) => {
        const write = startResponse(status, headers, excInfo)
        Object.assign(this.picture.answer, { status, headers: masked(headers) })
        return (chunk) => {
          watcher.chunk(chunk)
          return write(chunk)
        }
      })
      return watchBody(body, watcher)
    } catch (error) {
      return this.#broke(error)
    }
  }

  call(
    name: string,
    app: Application,
    environ: Environ,
    startResponse: StartResponse,
  ): Body | Promise<Body> {
    const layer = this.#clock.without(() => this.#called(name, app, environ))
    const announced: StartResponse = (...said) => this.#announced(layer, startResponse, said)
    return settled(
      () => this.#during(layer, () => app(environ, announced)),
      (body) => {
        this.#addEvent(layer, 'returned', { what: kindOf(body) })
        layer.left = this.#clock.now()
        return watchBody(body, this.#layerWatcher(layer, Array.isArray(body)))
      },
      (error) => this.#threw(layer, error),
    )
  }

  /** Begins a layer, and records how its caller changed the environ. */
  #called(name: string, app: Application, environ: Environ): Layer {
    const now = this.#environs.snapshot(environ)
    const caller = this.#working.at(-1)
    if (caller) this.#locate(caller)
    if (caller) caller.changes.push(...changes(this.#seen.get(caller) ?? now, now))
    const layer = this.#enter('application', name, maskText(String(app)))
    this.#seen.set(layer, now)
    return layer
  }

  #announced(layer: Layer, startResponse: StartResponse, said: Parameters<StartResponse>): Write {
    const [status, headers, excInfo] = said
    const isOwn = layer.layers.every(({ kind }) => kind === 'part') // otherwise the call may come from an inner layer, and this layer possibly just forwards it
    if (isOwn) this.#clock.without(() => this.#locate(layer))
    const because = excInfo === undefined || excInfo === null ? undefined : headline(excInfo)
    const event = { status, headers: masked(headers), because, refused: undefined }
    this.#addEvent(layer, 'startResponse', event)
    try {
      const write = startResponse(...said)
      return (chunk) => {
        this.#addEvent(layer, 'wrote', { bytes: chunk.byteLength, text: textOf(chunk) })
        return write(chunk)
      }
    } catch (error) {
      const event = layer.events.findLast(({ kind }) => kind === 'startResponse')
      if (event?.kind === 'startResponse') event.refused = headline(error)
      throw error
    }
  }

  span<Result>(name: string, work: () => Result): Result {
    const layer = this.#enter('part', name, '')
    const left = (result: Result): Result => {
      layer.left = this.#clock.now()
      return result
    }
    const failed = (error: unknown): never => this.#threw(layer, error)
    return settled(() => this.#during(layer, work), left, failed) as Result
  }

  note(what: string, detail: unknown): void {
    const layer = this.#working.at(-1)
    if (layer === undefined) return
    // Locate the layer now: a later event may come from a promise callback, whose stack does not contain the layer's own function.
    if (layer.kind === 'application') this.#clock.without(() => this.#locate(layer))
    this.#addEvent(layer, 'note', { what, detail: maskDetail(detail) })
  }

  #enter(kind: Layer['kind'], name: string, source: string): Layer {
    const layer: Layer = {
      kind,
      name,
      place: '',
      declared: '',
      source: source.includes('[native code]')
        ? ''
        : source.length > MAX_SOURCE
          ? `${source.slice(0, MAX_SOURCE)}\n…`
          : source,
      entered: this.#clock.now(),
      left: undefined,
      work: [],
      busy: 0,
      changes: [],
      events: [],
      layers: [],
    }
    const caller = this.#working.at(-1)
    if (caller === undefined) this.picture.top ??= layer
    else if (caller.layers.length < MAX_LAYERS) caller.layers.push(layer)
    return layer
  }

  /** Runs `work` within a layer: events that occur during `work` belong to that layer. */
  #during<Result>(layer: Layer, work: () => Result): Result {
    const began = this.#clock.now()
    this.#working.push(layer)
    const stop = (): void => {
      this.#working.splice(this.#working.lastIndexOf(layer), 1)
      layer.busy += this.#clock.now() - began
      if (layer.work.length < MAX_WORK) layer.work.push([began, this.#clock.now()])
    }
    let result: Result
    try {
      result = work()
    } catch (error) {
      stop()
      throw error
    }
    if (!isPromise(result)) {
      stop()
      return result
    }
    return result.finally(stop) as Result
  }

  #threw(layer: Layer, error: unknown): never {
    layer.left = this.#clock.now()
    this.#addEvent(layer, 'threw', { error: headline(error) })
    throw error
  }

  #addEvent<Kind extends LayerEvent['kind']>(
    layer: Layer,
    kind: Kind,
    details: Details<Kind>,
  ): void {
    if (layer.events.length >= MAX_EVENTS && REPEATED.has(kind)) return
    layer.events.push({ at: this.#clock.now(), kind, ...details } as unknown as LayerEvent)
    this.#onChange()
  }

  #read(bytes: Uint8Array): void {
    this.#body.add(bytes)
    const layer = this.#working.at(-1) ?? this.picture.top
    if (layer) this.#addEvent(layer, 'read', { bytes: bytes.byteLength })
  }

  #layerWatcher(layer: Layer, isArray: boolean): BodyWatcher {
    return {
      step: (work) => this.#during(layer, work),
      chunk: (bytes) => {
        this.#addEvent(layer, 'chunk', { bytes: bytes.byteLength, text: textOf(bytes) })
      },
      ended: () => {
        if (!isArray) this.#addEvent(layer, 'ended', {})
      },
      closed: () => {
        if (layer.events.at(-1)?.kind !== 'closed') this.#addEvent(layer, 'closed', {})
      },
    }
  }

  #answerWatcher(): BodyWatcher {
    const { answer } = this.picture
    return {
      step: <Result>(work: () => Result): Result =>
        settled(work, identity, (error) => this.#broke(error)) as Result,
      chunk: (bytes) => {
        answer.bytes += bytes.byteLength
        const text = textOf(bytes)
        if (answer.chunks.length < MAX_CHUNKS)
          answer.chunks.push({ at: this.#clock.now(), bytes: bytes.byteLength, text })
      },
      ended: () => this.#over(),
      closed: () => this.#over(),
    }
  }

  /** Finds the place of a layer in the source code, unless it is already known. */
  #locate(layer: Layer): void {
    if (layer.place !== '' || layer.declared !== '') return
    const found = placeOfCaller(this.#sources)
    if (found !== undefined) Object.assign(layer, { place: found.at, declared: found.declared })
  }

  /** Records an error that no layer caught. If no bytes were sent, the server answers 500 instead of the announced status. */
  #broke(error: unknown): never {
    const { answer } = this.picture
    answer.broke = headline(error)
    if (answer.bytes === 0)
      Object.assign(answer, { status: '500 Internal Server Error', headers: [] })
    this.#over()
    throw error
  }

  #over(): void {
    this.picture.duration = this.#clock.now()
    this.#onChange()
  }
}

/** Calls `work` and passes its result to `then`, or its error to `failed`: immediately, or once a promise settles. */
function settled<Result>(
  work: () => Result | Promise<Result>,
  then: (result: Result) => Result,
  failed: (error: unknown) => never,
): Result | Promise<Result> {
  try {
    const result = work()
    return isPromise(result) ? result.then(then, failed) : then(result)
  } catch (error) {
    return failed(error)
  }
}

const identity = <Value>(value: Value): Value => value
