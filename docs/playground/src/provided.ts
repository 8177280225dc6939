/** The modules that a program in the playground may import. For all others, an error says that they need Node. */
import * as core from '@phial/core'
import * as conformance from '@phial/core/conformance'
import * as xray from '@phial/xray'
import type { Provided } from './modules.ts'

const { describeValue } = xray

/** The depth to which values are compared, and shown in the console. */
const DEEP = 8

function fail(message: string | Error | undefined, text: string): never {
  if (message instanceof Error) throw message
  throw Object.assign(new Error(message ?? text), { name: 'AssertionError' })
}

type Message = string | Error

/** Compares two values by their textual description. */
const isSame = (actual: unknown, expected: unknown): boolean =>
  describeValue(actual, DEEP) === describeValue(expected, DEEP)

const difference = (actual: unknown, expected: unknown): string =>
  `Expected ${describeValue(expected, DEEP)}, received ${describeValue(actual, DEEP)}.`

type Expected = RegExp | ((error: unknown) => boolean) | (new (...args: never[]) => Error)

function checkError(error: unknown, expected: Expected | undefined): void {
  if (expected instanceof RegExp) return match(String(error), expected)
  if (expected?.prototype instanceof Error || (expected as unknown) === Error)
    return ok(error instanceof (expected as typeof Error), difference(error, expected))
  if (expected !== undefined && !(expected as (error: unknown) => boolean)(error))
    fail(undefined, `Unexpected error: ${String(error)}`)
}

function ok(value: unknown, message?: Message): void {
  if (!value) fail(message, `Expected a truthy value, received ${describeValue(value)}.`)
}

function equal(actual: unknown, expected: unknown, message?: Message): void {
  if (!Object.is(actual, expected)) fail(message, difference(actual, expected))
}

function notEqual(actual: unknown, expected: unknown, message?: Message): void {
  if (Object.is(actual, expected))
    fail(message, `Expected a value other than ${describeValue(actual)}.`)
}

function deepEqual(actual: unknown, expected: unknown, message?: Message): void {
  if (!isSame(actual, expected)) fail(message, difference(actual, expected))
}

function match(text: string, pattern: RegExp, message?: Message): void {
  if (!pattern.test(text))
    fail(message, `Expected text that matches ${String(pattern)}, received ${describeValue(text)}.`)
}

function throws(work: () => unknown, expected?: Expected): void {
  try {
    work()
  } catch (error) {
    return checkError(error, expected)
  }
  fail(undefined, 'Expected an error, but none was thrown.')
}

async function rejects(
  work: Promise<unknown> | (() => Promise<unknown>),
  expected?: Expected,
): Promise<void> {
  try {
    await (typeof work === 'function' ? work() : work)
  } catch (error) {
    return checkError(error, expected)
  }
  fail(undefined, 'Expected a rejection, but the promise resolved.')
}

/** The part of `node:assert/strict` that the lessons use. */
const assert = { ok, equal, notEqual, deepEqual, match, throws, rejects }

export const provided: Provided = {
  '@phial/core': core,
  '@phial/core/conformance': conformance,
  '@phial/xray': xray,
  'node:assert/strict': {
    ...assert,
    strictEqual: equal,
    deepStrictEqual: deepEqual,
    default: Object.assign(
      (value: unknown, message?: Message) => assert.ok(value, message),
      assert,
    ),
  },
  'node:util': {
    inspect: (value: unknown, options?: { depth?: number | null }) =>
      describeValue(value, options?.depth ?? 2),
  },
}
