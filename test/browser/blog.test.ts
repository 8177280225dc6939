import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startExample } from './example.ts'
import { Visitor } from './visitor.ts'

const text = `Ink keeps every word.

It says so in two paragraphs, with <b>signs</b> & such.`

describe.runIf(hasChromium)('the blog, in Chromium', () => {
  let site: Site
  let browser: Browser
  let ann: Visitor
  let bob: Visitor

  beforeAll(async () => {
    // Two processes, which share the secret and the database.
    site = await startExample('blog', '--workers', '2')
    browser = await openBrowser()
    ann = await Visitor.come(browser, site.address)
    bob = await Visitor.come(browser, site.address)
  }, 60_000)

  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })

  const error = (visitor = ann): Promise<string> => visitor.page.locator('.error').innerText()
  const flash = (visitor = ann): Promise<string> => visitor.page.locator('.flash').innerText()
  const heading = (visitor = ann): Promise<string> => visitor.page.locator('h1').innerText()

  describe('an account', () => {
    test('is required to write a post', async () => {
      await ann.page.goto('/')
      expect(await ann.look('blog-empty')).toEqual([])
      await ann.page.goto('/write')
      expect(new URL(ann.page.url()).pathname).toBe('/login')
      await expect.poll(() => flash()).toBe('Please log in first.')
      expect(await ann.look('blog-login')).toEqual([])
    })

    test('is not created with a short password, and the name stays in the form', async () => {
      await ann.page.getByRole('link', { name: 'Sign up' }).first().click()
      await ann.send({ Name: 'Ann', Password: 'short' }, 'Sign up')
      expect(await ann.page.locator('input:invalid').getAttribute('id')).toBe('password')
      await ann.send({ Name: 'A&B!', Password: 'correct horse battery' }, 'Sign up')
      await expect.poll(() => error()).toMatch(/^Use only letters, digits/)
      expect(await ann.page.getByLabel('Name').inputValue()).toBe('A&B!')
      expect(await ann.page.getByLabel('Password').inputValue()).toBe('')
      expect(await ann.look('blog-register-mistake')).toEqual([])
    })

    test('is created once, even with a double click', async () => {
      await ann.page.getByLabel('Name').fill('Ann')
      await ann.page.getByLabel('Password').fill('correct horse battery')
      await ann.page.getByRole('button', { name: 'Sign up' }).dblclick()
      await ann.page.getByRole('button', { name: 'Log out Ann' }).waitFor()
      await expect.poll(() => flash()).toMatch(/Welcome, Ann\./)
    })

    test('has a unique name', async () => {
      await bob.page.goto('/register')
      await bob.send({ Name: 'ann', Password: 'another password' }, 'Sign up')
      await expect.poll(() => error(bob)).toBe('This name is already taken.')
      await bob.send({ Name: 'Bob', Password: 'another password' }, 'Sign up')
      await expect.poll(() => flash(bob)).toBe('Welcome, Bob.')
    })

    test('is logged out, and not logged in with a wrong password', async () => {
      await ann.page.getByRole('button', { name: 'Log out Ann' }).click()
      await expect.poll(() => flash()).toBe('You are logged out.')
      await ann.page.getByRole('link', { name: 'Log in', exact: true }).click()
      await ann.send({ Name: 'Ann', Password: 'wrong horse' }, 'Log in')
      await expect.poll(() => error()).toBe('The name or the password is wrong.')
      expect(await ann.look('blog-login-mistake')).toEqual([])
    })

    test('is logged in with the right password, and leads to the wanted page', async () => {
      await ann.page.goto('/write')
      await ann.send({ Name: 'Ann', Password: 'correct horse battery' }, 'Log in')
      await expect.poll(() => heading()).toBe('Write')
    })
  })

  describe('a post', () => {
    test('that is empty is not sent, and one of only spaces is rejected', async () => {
      await ann.send({}, 'Post')
      expect(await ann.page.locator('input:invalid').getAttribute('id')).toBe('title')
      await ann.send({ Title: ' ', Text: text }, 'Post')
      await expect.poll(() => error()).toBe('Enter a title.')
      expect(await ann.page.getByLabel('Text').inputValue()).toBe(text)
      expect(await ann.look('blog-write-mistake')).toEqual([])
    })

    test('is written, and read by other visitors, who cannot change it', async () => {
      await ann.send({ Title: 'Of ink & paper' }, 'Post')
      await expect.poll(() => heading()).toBe('Of ink & paper')
      expect(await ann.page.locator('.text').innerText()).toBe(text)
      expect(await ann.look('blog-post')).toEqual([])
      await bob.page.goto(ann.page.url())
      await expect.poll(() => heading(bob)).toBe('Of ink & paper')
      expect(await bob.page.getByText('Delete…').count()).toBe(0)
      const response = await bob.page.goto(`${ann.page.url()}/edit`)
      expect(response?.status()).toBe(403)
      expect(await bob.look('blog-forbidden')).toEqual([])
    })

    test('is created once, even after going back and posting again, a double click and a reload', async () => {
      await ann.page.goto('/write')
      await ann.send({ Title: 'Once', Text: 'And never again.' }, 'Post')
      await expect.poll(() => heading()).toBe('Once')
      const first = ann.page.url()
      await ann.back()
      expect(await ann.page.getByLabel('Title').inputValue()).toBe('Once')
      await ann.page.getByRole('button', { name: 'Post' }).dblclick()
      await ann.page.waitForURL(first)
      await ann.page.reload()
      await ann.page.goto('/')
      expect(await ann.page.getByRole('link', { name: 'Once' }).count()).toBe(1)
      expect(await ann.look('blog')).toEqual([])
    })

    test('is changed, and deleted after a confirmation', async () => {
      await ann.page.getByRole('link', { name: 'Once' }).click()
      await ann.page.getByRole('link', { name: 'Edit' }).click()
      expect(await ann.page.getByLabel('Text').inputValue()).toBe('And never again.')
      await ann.send({ Title: 'Once more' }, 'Save')
      await expect.poll(() => heading()).toBe('Once more')
      await ann.page.getByText('Delete…').click()
      expect(await ann.look('blog-delete')).toEqual([])
      await ann.send({}, 'Delete this post')
      await expect.poll(() => flash()).toBe('“Once more” was deleted.')
      expect(await ann.page.getByRole('article').count()).toBe(1)
    })

    test('that was deleted has a page that says so', async () => {
      await ann.back()
      const response = await ann.page.reload()
      expect(response?.status()).toBe(404)
      await expect.poll(() => heading()).toBe('Nothing here')
      expect(await ann.look('blog-not-found')).toEqual([])
    })
  })

  test('after a logout, going back does not allow posting, and the page says why', async () => {
    await ann.page.goto('/write')
    await ann.page.getByRole('button', { name: 'Log out Ann' }).click()
    await expect.poll(() => flash()).toBe('You are logged out.')
    await ann.back()
    await ann.send({ Title: 'Late', Text: 'Too late' }, 'Post')
    await expect.poll(() => flash()).toBe('Please log in first.')
  })

  test('causes no error that the browser reports', () => {
    expect([...ann.complaints, ...bob.complaints]).toEqual([])
  })
})
