/** What `g` and `session` inherit: the methods of Python's dictionaries that Flask's users try first. */

/** An object with names of the app's own, and these methods. */
export interface Dict {
  /** The value of a name; `fallback` if it has none. */
  get(name: string, fallback?: unknown): unknown
  /** Takes a name out, and returns its value; `fallback` if it had none. */
  pop(name: string, fallback?: unknown): unknown
  /** The value of a name, which is set to `value` if it has none. */
  setdefault(name: string, value?: unknown): unknown
  [name: string]: unknown
}

/** The prototype of a `Dict`, without anything of `Object`'s, so that nearly every name is free. */
export const dictMethods: object = Object.create(null, {
  get: {
    value(this: Dict, name: string, fallback?: unknown): unknown {
      return valueOf(this, name, fallback)
    },
  },
  pop: {
    value(this: Dict, name: string, fallback?: unknown): unknown {
      const value = valueOf(this, name, fallback)
      delete this[name]
      return value
    },
  },
  setdefault: {
    value(this: Dict, name: string, value?: unknown): unknown {
      if (!Object.hasOwn(this, name)) this[name] = value
      return this[name]
    },
  },
}) as object

function valueOf(dict: Dict, name: string, fallback: unknown): unknown {
  return Object.hasOwn(dict, name) ? dict[name] : fallback
}
