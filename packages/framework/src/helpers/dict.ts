/** The methods that `g` and `session` inherit: the most used methods of Python's dictionaries. */

/** An object with the app's own names and these methods. */
export interface Dict {
  /** Returns the value of a name; `fallback` if it is not set. */
  get(name: string, fallback?: unknown): unknown
  /** Removes a name and returns its value; `fallback` if it was not set. */
  pop(name: string, fallback?: unknown): unknown
  /** Returns the value of a name, which is first set to `value` if it is missing. */
  setdefault(name: string, value?: unknown): unknown
  [name: string]: unknown
}

/** The prototype of a `Dict`. It does not inherit from `Object.prototype`, so almost any name is available. */
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
