import { expect, test } from 'vitest'
import { targetOf } from '../../../docs/site/links.ts'

test.for([
  ['docs/forms.md', 'errors.md', '/docs/errors.md'],
  ['docs/forms.md', '../examples/README.md#run', '/examples/index.md#run'],
  ['docs/forms.md', '../README.md', '/readme.md'],
  ['docs/site/README.md', 'home.md', '/index.md'],
  ['docs/forms.md', '#fields', '#fields'],
  ['docs/forms.md', 'https://example.org/README.md', 'https://example.org/README.md'],
  ['docs/forms.md', 'mailto:ada@example.org', 'mailto:ada@example.org'],
  [
    'docs/learn/2-a-gateway.md',
    '../playground/play.html#2-broken',
    '/docs/playground/play.html#2-broken',
  ],
  ['README.md', 'LICENSE', '/docs/reference/source/LICENSE.html'],
  [
    'packages/core/README.md',
    'src/call.ts',
    '/docs/reference/source/packages/core/src/call.ts.html',
  ],
  [
    'docs/reference/api/phial/index.md',
    '/docs/reference/source/a.ts.html',
    '/docs/reference/source/a.ts.html',
  ],
] as const)('on %s, the link %s leads to %s', ([page, link, target]) => {
  expect(targetOf(page, link)).toBe(target)
})
