/** `phial.signal`, made when it is first asked for: few applications do, and a signal costs more than all the rest of an environ; `bench/core.ts` measures it. */
import type { Environ } from './types.ts'

/** Whatever knows the signal: it is asked each time, and gives the same one. */
export interface SignalSource {
  readonly signal?: AbortSignal
}

const KEY = 'phial.signal'

/** A constructor that gives back what it gets: a class below it puts its private field on any object. */
const Same = function (environ: object) {
  return environ
} as unknown as new (environ: object) => object

/** An environ with a hidden field. So the accessor is one and the same for all environs, which keeps them quick. */
class Signalled extends Same {
  readonly #source: SignalSource

  constructor(environ: object, source: SignalSource) {
    super(environ)
    this.#source = source
  }

  /** The signal of an environ, or of an object that inherits from one. */
  static signalOf(environ: object): AbortSignal | undefined {
    if (#source in environ) return environ.#source.signal
    const above = Object.getPrototypeOf(environ) as object | null
    return above === null ? undefined : Signalled.signalOf(above)
  }
}

const accessor: PropertyDescriptor & ThisType<object> = {
  enumerable: true,
  configurable: true,
  get() {
    return Signalled.signalOf(this)
  },
  set(value: unknown) {
    Object.defineProperty(this, KEY, {
      value,
      writable: true,
      enumerable: true,
      configurable: true,
    })
  },
}

/** Gives an environ its `phial.signal`: a key like any other, which may be read, copied, changed and deleted. */
export function addSignal(environ: Environ, source: SignalSource): void {
  new Signalled(environ, source)
  Object.defineProperty(environ, KEY, accessor)
}
