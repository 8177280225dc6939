import { expect, test } from 'vitest'
import { fromFragment, toFragment, type Shared } from '../../../docs/playground/src/link.ts'

const shared: Shared = {
  files: [{ name: 'app.ts', text: "const tea = 'grün 🍵'\n".repeat(200) }],
  entry: 'app:app',
  request: { method: 'POST', target: '/a?b=c', headers: [['X-Tea', 'green']], body: 'x=1' },
  lesson: 'first',
}

test('a link holds the code, compressed, in characters that a fragment may have', async () => {
  const fragment = await toFragment(shared)
  expect(fragment).toMatch(/^#code=[\w-]+$/)
  expect(fragment.length).toBeLessThan(400)
  expect(await fromFragment(fragment)).toEqual(shared)
})

test.for(['', '#first', '#codes'])('%j holds no code', async (fragment) => {
  expect(await fromFragment(fragment)).toBeUndefined()
})

test('a link that is cut, or holds something else, is said to be damaged', async () => {
  const whole = await toFragment(shared)
  const other = await toFragment({ ...shared, files: [{ name: 1 }] } as unknown as Shared)
  const empty = await toFragment({ ...shared, files: [] })
  for (const fragment of [whole.slice(0, -9), '#code=', '#code=%', '#code=AAAA', other, empty])
    expect(await fromFragment(fragment)).toMatch(/^This link is damaged/)
})

test('a link that would become a very long text is not opened', async () => {
  const bomb = await toFragment({ ...shared, entry: 'x'.repeat(5_000_000) })
  expect(bomb.length).toBeLessThan(10_000)
  expect(await fromFragment(bomb)).toMatch(/^This link is damaged/)
})
