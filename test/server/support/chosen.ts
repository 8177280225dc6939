/**
 * The transport of tests that do not name one: the server's default, or that of `PHIAL_TEST_TRANSPORT`. `pnpm test:slow`
 * runs all of them a second time with `http`.
 */
const names = ['engine', 'http'] as const

function choose(name: string): (typeof names)[number] {
  const found = names.find((known) => known === name)
  if (found) return found
  throw new Error(`PHIAL_TEST_TRANSPORT: expected ${names.join(' or ')}, received ${name}`)
}

export const chosen: (typeof names)[number] = choose(
  process.env['PHIAL_TEST_TRANSPORT'] || names[0],
)

/** The arguments for `phial-server`; none for the default transport. */
export const chosenArgs: readonly string[] = chosen === names[0] ? [] : ['--transport', chosen]
