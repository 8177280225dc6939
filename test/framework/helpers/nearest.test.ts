import { Router } from 'phial'
import { expect, test } from 'vitest'
import { nearest } from '../../../packages/framework/dist/helpers/nearest.js'

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
])('an error for %s contains: %s', (endpoint, help) => {
  expect(() => router.build(endpoint)).toThrow(help)
})

test.each([
  ['u', []],
  ['G', ['g']],
  ['i', []],
  ['ix', ['it', 'id']],
  ['log', []],
  ['nme', ['name']],
  ['', []],
])('for %j, the similar names are %j', (name, expected) => {
  expect(nearest(name, ['g', 'it', 'id', 'name'])).toEqual(expected)
})
