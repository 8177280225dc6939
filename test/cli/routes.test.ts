import { int, Phial } from 'phial'
import { expect, test } from 'vitest'
import { routeTree } from '../../packages/cli/src/routes.ts'
import { siteWith } from './support/site.ts'

test('phial routes prints a tree or JSON', async () => {
  await using site = await siteWith({
    'app.ts': `import { Phial } from 'phial'
export const app = new Phial(import.meta.url)
app.get('/', () => '')
app.get('/hello', () => '')
app.post('/hello', () => '')
app.get('/environ', () => '')
app.get('/hello/:name', () => '')`,
  })
  expect(await site.run(['routes'])).toEqual({
    code: 0,
    stderr: '',
    stdout: `/              GET   index
/environ       GET   environ
/hello         GET   hello
               POST  hello
  /:name       GET   hello
/static/*path  GET   static
`,
  })
  const { stdout } = await site.run(['routes', '--json'])
  expect(JSON.parse(stdout)).toContainEqual({
    pattern: '/hello/:name',
    methods: ['GET', 'HEAD', 'OPTIONS'],
    endpoint: 'hello',
    defaults: {},
    alias: false,
    buildOnly: false,
  })
})

test('shows hosts, groups, redirects and aliases', () => {
  const app = new Phial(import.meta.url, { staticFolder: null, hostMatching: true })
  const view = (): string => ''
  app.get('/posts/:id', { endpoint: 'post', params: { id: int } }, view)
  app.route('/posts/', { endpoint: 'posts', methods: ['GET', 'POST'] }, () => '')
  app.get('/posts/:id{/:page}/comments', { endpoint: 'comments' }, () => '')
  app.get('/old', { endpoint: 'old', redirectTo: '/new' })
  app.get('/far', { endpoint: 'far', redirectTo: () => 'https://example.com/' })
  app.get('/wiki/:page', { endpoint: 'wiki', buildOnly: true })
  app.get('/p/:id', { endpoint: 'post', alias: true }, view)
  app.get('/', { endpoint: 'api', host: 'api.example.com' }, () => '')
  expect(routeTree(app.urlMap)).toBe(`\
//api.example.com/     GET       api
/far                   GET       far  (redirects to a function)
/old                   GET       old  (redirects to /new)
/p/:id                 GET       post  (alias)
/posts
  /                    GET POST  posts
  /:id                 GET       post
    {/:page}/comments  GET       comments
/wiki/:page            GET       wiki  (for urlFor only)`)
})

test('prints nothing for an app without routes', async () => {
  await using site = await siteWith({
    'app.ts':
      "import { Phial } from 'phial'\nexport const app = new Phial(import.meta.url, { staticFolder: null })",
  })
  expect((await site.run(['routes'])).stdout).toBe('\n')
})
