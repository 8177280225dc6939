import { expect, test } from 'vitest'
import { readBytes, readData, readHeader } from '../../../packages/cli/src/xray/curl-options.ts'
import { siteWith } from '../support/site.ts'

test.for([
  ['Accept: text/html', ['Accept', 'text/html']],
  ['X-A:b: c', ['X-A', 'b: c']],
  ['X-Empty:', ['X-Empty', '']],
] as const)('parses the header %j', ([text, read]) => {
  expect(readHeader(text)).toEqual(read)
})

test.for(['Accept', ': x', 'A b: c', 'A: b\r\nC: d'])(
  'rejects %j, which is not a header',
  (text) => {
    expect(() => readHeader(text)).toThrow(/is not a header\. Write it as Name: value/)
  },
)

test('joins data with &, and reads files after @', async () => {
  await using site = await siteWith({ 'body.txt': 'c=3' })
  expect(String(await readData(['a=1', 'b=2', '@body.txt'], site.path))).toBe('a=1&b=2&c=3')
  expect(await readData([], site.path)).toBeUndefined()
  await expect(readBytes('none.txt', site.path)).rejects.toThrow(/^Cannot read none\.txt: ENOENT/)
})
