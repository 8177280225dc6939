import { expect, test } from 'vitest'
import { fromFragment, toFragment, type Shared } from '../../../docs/playground/src/link.ts'

const shared: Shared = {
  files: [{ name: 'app.ts', text: "const tea = 'grün 🍵'\n".repeat(200) }],
  entry: 'app:app',
  request: { method: 'POST', target: '/a?b=c', headers: [['X-Tea', 'green']], body: 'x=1' },
  lesson: 'first',
}

test('a link contains the compressed code, in characters that are valid in a fragment', async () => {
  const fragment = await toFragment(shared)
  expect(fragment).toMatch(/^#code=[\w-]+$/)
  expect(fragment.length).toBeLessThan(400)
  expect(await fromFragment(fragment)).toEqual(shared)
})

test.for(['', '#first', '#codes'])('%j does not contain code', async (fragment) => {
  expect(await fromFragment(fragment)).toBeUndefined()
})

test('a truncated link, and a link with other content, are reported as damaged', async () => {
  const complete = await toFragment(shared)
  const other = await toFragment({ ...shared, files: [{ name: 1 }] } as unknown as Shared)
  const empty = await toFragment({ ...shared, files: [] })
  for (const fragment of [complete.slice(0, -9), '#code=', '#code=%', '#code=AAAA', other, empty])
    expect(await fromFragment(fragment)).toMatch(/^This link is damaged/)
})

test('a link that decompresses to a very long text is not opened', async () => {
  const bomb = await toFragment({ ...shared, entry: 'x'.repeat(5_000_000) })
  expect(bomb.length).toBeLessThan(10_000)
  expect(await fromFragment(bomb)).toMatch(/^This link is damaged/)
})
