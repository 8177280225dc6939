/**
 * The transport of the tests that name none: the server's default, or the one in `PHIAL_TEST_TRANSPORT`.
 * `pnpm test:slow` runs them all a second time, with `http` there.
 */
const names = ['engine', 'http'] as const

function choose(name: string): (typeof names)[number] {
  const found = names.find((known) => known === name)
  if (found) return found
  throw new Error(`PHIAL_TEST_TRANSPORT is ${name}; it may be ${names.join(' or ')}`)
}

export const chosen: (typeof names)[number] = choose(
  process.env['PHIAL_TEST_TRANSPORT'] || names[0],
)

/** As `phial-server` is told: nothing where it is the default. */
export const chosenArgs: readonly string[] = chosen === names[0] ? [] : ['--transport', chosen]
