/** Running hooks, one after another. Nothing is waited for that does not have to be. */
import { andThen, isPromise, type Maybe, recover } from '../maybe.ts'

/** Asks hooks in turn until one has an answer, which `null` is not. */
export function firstAnswer<T, A>(
  hooks: readonly ((subject: T) => Maybe<A | null | undefined | void>)[],
  subject: T,
  from: number = 0,
): Maybe<A | undefined> {
  for (let at = from; at < hooks.length; at += 1) {
    const answer = hooks[at]?.(subject)
    if (isPromise(answer)) {
      return Promise.resolve(answer).then((late) => late ?? firstAnswer(hooks, subject, at + 1))
    }
    if (answer !== undefined && answer !== null) return answer
  }
  return undefined
}

/** Hands a value from hook to hook. Each may return another one to go on with. */
export function passOn<T, S>(
  hooks: readonly ((value: T, subject: S) => Maybe<T | undefined | void>)[],
  value: T,
  subject: S,
): Maybe<T> {
  let last: Maybe<T> = value
  for (const hook of hooks) {
    last = andThen(last, (made) => andThen(hook(made, subject), (next) => next ?? made))
  }
  return last
}

/** Runs all hooks, whatever one of them does; what fails is reported. */
export function runAll<S>(
  hooks: readonly ((error: unknown, subject: S) => Maybe<void>)[],
  error: unknown,
  subject: S,
  report: (failure: unknown) => void,
): Maybe<void> {
  let last: Maybe<void> = undefined
  for (const hook of hooks) {
    last = andThen(last, () => recover(() => hook(error, subject), report))
  }
  return last
}
