import { expect, test } from 'vitest'
import { addressesIn } from '../../../packages/cli/src/check/html.ts'

test('forms with their methods, links and files, on their lines', () => {
  const page = `<!doctype html><link rel=stylesheet href=/a.css>
<!-- <img src="/no"> --><script>"<img src='/no'>"</script>
<FORM METHOD="Post"
  ACTION="/b?c=1&amp;d=2"><input name=e formaction="/f"></form><form action="/g"></form>
<form></form><a>no href</a><a href="">empty</a><p src="/no"><img alt src=' /h '>`
  expect(addressesIn(page)).toEqual([
    { tag: 'link', attribute: 'href', address: '/a.css', method: undefined, line: 1 },
    { tag: 'form', attribute: 'action', address: '/b?c=1&d=2', method: 'POST', line: 3 },
    { tag: 'form', attribute: 'action', address: '/g', method: 'GET', line: 4 },
    { tag: 'img', attribute: 'src', address: '/h', method: undefined, line: 5 },
  ])
})
