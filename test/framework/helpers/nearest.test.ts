import { Router } from 'phial'
import { expect, test } from 'vitest'

const router = new Router()
for (const endpoint of ['index', 'posts', 'post', 'postDelete', 'signUp']) {
  router.add(`/${endpoint}`, undefined, { endpoint })
}

test.each([
  ['indx', 'Did you mean "index"?'],
  ['pots', 'Did you mean "posts" or "post"?'],
  ['SIGNUP', 'Did you mean "signUp"?'],
  ['postsDelete', 'Did you mean "postDelete"?'],
  ['something', 'There are "index", "post", "postDelete", "posts", "signUp".'],
])('%s: %s', (endpoint, help) => {
  expect(() => router.build(endpoint)).toThrow(help)
})
