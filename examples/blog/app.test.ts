import { describe, expect, test } from 'vitest'
import { app } from './app.ts'

// In memory, so that the tests leave no data behind.
app.config.DATABASE_URL = 'file::memory:'

const password = 'correct horse battery'
const followRedirects = true

/** Returns a client whose user has signed up. */
async function signedUp(name: string) {
  const client = app.testClient()
  const response = await client.post('/register', { form: { name, password } })
  expect(response.status).toBe(303)
  return client
}

/** Requests the form for a post, and returns its key. */
async function keyFor(client: ReturnType<typeof app.testClient>): Promise<string> {
  const page = await (await client.get('/write')).text()
  return /name="key" value="([^"]+)"/.exec(page)?.[1] ?? ''
}

test('a blog without posts links to signing up, or to writing', async () => {
  const stranger = app.testClient()
  expect(await (await stranger.get('/')).text()).toMatch(
    /no posts yet[^]*href="\/register">Sign up/,
  )
  const ivy = await signedUp('Ivy')
  expect(await (await ivy.get('/')).text()).toContain('href="/write">Write the first post')
})

describe('an account', () => {
  test('is created, logged out and logged in again', async () => {
    const ann = await signedUp('Ann')
    expect(await (await ann.get('/')).text()).toContain('Welcome, Ann.')
    const out = await ann.post('/logout', { followRedirects })
    expect(await out.text()).toMatch(
      /You are logged out\.[^]*Log in|Log in[^]*You are logged out\./,
    )
    const back = await ann.post('/login', { form: { name: 'ann', password }, followRedirects })
    expect(await back.text()).toContain('Log out Ann')
  })

  test.for([
    ['no name', { name: ' ', password }, 'name', 'Enter a name'],
    ['an odd name', { name: '<b>', password }, 'name', 'Use only letters, digits'],
    ['a short password', { name: 'Eve', password: 'short' }, 'password', 'Use a password of ten'],
  ] as const)('is not created with %s', async ([, form, field, why]) => {
    const response = await app.testClient().post('/register', { form })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toMatch(new RegExp(`id="${field}-error">${why}`))
    expect(page).not.toContain('value="short')
  })

  test('has a unique name, regardless of case', async () => {
    await signedUp('Bob')
    const form = { name: 'BOB', password: 'another password' }
    const response = await app.testClient().post('/register', { form })
    expect(response.status).toBe(422)
    expect(await response.text()).toContain('This name is already taken.')
  })

  test('is created once if its form is sent twice, and logged in both times', async () => {
    const client = app.testClient()
    const form = { name: 'Twice', password }
    const sent = await Promise.all([1, 2].map(() => client.post('/register', { form })))
    expect(sent.map(({ status }) => status)).toEqual([303, 303])
  })

  test.for([
    ['password', { name: 'Ann', password: 'wrong' }],
    ['name', { name: 'Nobody', password }],
  ] as const)('rejects a wrong %s, without saying which one was wrong', async ([, form]) => {
    const response = await app.testClient().post('/login', { form })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain('The name or the password is wrong.')
    expect(page).toContain(`value="${form.name}"`)
  })

  test.for([
    ['/write', '/write'],
    ['//elsewhere.example', '/'],
    ['https://elsewhere.example', '/'],
    ['/\\elsewhere.example', '/%5Celsewhere.example'],
  ] as const)('redirects from the login for %s to %s', async ([next, location]) => {
    const client = await signedUp('Ann')
    const options = { query: { next }, form: { name: 'Ann', password } }
    expect((await client.post('/login', options)).headers.get('location')).toBe(location)
  })
})

describe('a post', () => {
  test('is written by a logged-in user, and read by every visitor', async () => {
    const cleo = await signedUp('Cleo')
    const text =
      '# One\r\n\r\n*Two* <b>three</b> [four](https://example.org) [five](javascript:alert(1))'
    const form = { title: 'Fish & chips', text, key: await keyFor(cleo) }
    const response = await cleo.post('/write', { form, followRedirects })
    expect(await response.text()).toContain('Your post is published')
    const page = await (await app.testClient().get(new URL(response.url).pathname)).text()
    expect(page).toContain('<h1>Fish &amp; chips</h1>')
    expect(page).toContain(
      '<h2>One</h2>\n<p><em>Two</em> &lt;b&gt;three&lt;/b&gt; <a href="https://example.org"',
    )
    expect(page).not.toContain('href="javascript:')
    expect(page).not.toContain('Edit')
    const posts = await (await app.testClient().get('/')).text()
    expect(posts).toContain('Fish &amp; chips</a>')
    expect(posts).toContain('<p>Two &lt;b&gt;three&lt;/b&gt; four [five](javascript:alert(1))</p>')
  })

  test('cannot be written by other visitors', async () => {
    const response = await app.testClient().get('/write', { followRedirects })
    expect(response.url).toBe('http://localhost/login?next=%2Fwrite')
    expect(await response.text()).toContain('Please log in first.')
    expect((await app.testClient().post('/write', { form: {} })).status).toBe(303)
  })

  test('needs a title and a text', async () => {
    const dora = await signedUp('Dora')
    const response = await dora.post('/write', { form: { title: '', text: 'Kept' } })
    expect(response.status).toBe(422)
    const page = await response.text()
    expect(page).toContain('id="title-error">Enter a title.')
    expect(page).toContain('Kept</textarea>')
  })

  test('is created once if its form is sent twice', async () => {
    const emil = await signedUp('Emil')
    const form = { title: 'Once', text: 'x', key: await keyFor(emil) }
    const sent = await Promise.all([1, 2].map(() => emil.post('/write', { form })))
    const [one, other] = sent.map(({ headers }) => headers.get('location'))
    expect(one).toMatch(/^\/posts\/\d+$/)
    expect(other).toBe(one)
    expect((await (await emil.get('/')).text()).match(/Once<\/a>/g)).toHaveLength(1)
  })

  test('is changed and deleted only by its author', async () => {
    const fay = await signedUp('Fay')
    const form = { title: 'Mine', text: 'x' }
    const path = (await fay.post('/write', { form })).headers.get('location') ?? ''
    expect(await (await fay.get(`${path}/edit`)).text()).toContain('value="Mine"')
    const gus = await signedUp('Gus')
    expect((await gus.get(`${path}/edit`)).status).toBe(403)
    expect((await gus.post(`${path}/delete`)).status).toBe(403)
    const changed = { form: { title: 'Still mine', text: 'y' }, followRedirects }
    expect(await (await fay.post(`${path}/edit`, changed)).text()).toContain('Still mine</h1>')
    const gone = await fay.post(`${path}/delete`, { followRedirects })
    expect(await gone.text()).toContain('“Still mine” was deleted.')
    expect((await fay.get(path)).status).toBe(404)
  })
})

test('shows ten posts on a page', async () => {
  const hal = await signedUp('Hal')
  for (let number = 1; number <= 11; number += 1) {
    const form = { title: `Number ${number}`, text: 'x' }
    await hal.post('/write', { form })
  }
  const first = await (await hal.get('/')).text()
  expect(first.match(/class="teaser"/g)).toHaveLength(10)
  expect(first).toContain('Number 11')
  expect(first).toContain('href="/?page=2">Older posts')
  expect(await (await hal.get('/?page=2')).text()).toContain('Number 1</a>')
  expect(await (await hal.get('/?page=nonsense')).text()).toContain('Number 11')
})

test('an unknown URL has a page of the blog', async () => {
  const response = await app.testClient().get('/nowhere')
  expect(response.status).toBe(404)
  expect(await response.text()).toContain('<h1>Nothing here</h1>')
})
