import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { record } from '@phial/xray'
import type { Application } from '@phial/core'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { toFragment, type Shared } from '../../docs/playground/src/link.ts'
import { LIMITS } from '../../docs/playground/src/protocol.ts'
import { root } from '../house/workspace.ts'
import { hasChromium, openBrowser } from './chromium.ts'
import { type Site, startFolder } from './example.ts'
import { faultsOfPage } from './judge.ts'
import { Visitor } from './visitor.ts'

const PATH = '/docs/playground/play.html'
const isBuilt = existsSync(join(root, 'docs/dist', PATH))
if (!isBuilt) console.log('The playground is skipped: `pnpm docs:build` builds it.')

describe.runIf(hasChromium && isBuilt)('the playground, in Chromium', () => {
  let site: Site
  let browser: Browser
  let visitor: Visitor
  let page: Page
  /** Every URL that the browser requested. */
  let asked: URL[]

  beforeAll(async () => {
    site = await startFolder(join(root, 'docs'), 'app:app')
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser?.close()
    await site?.stop()
  })
  beforeEach(async () => {
    visitor = await Visitor.come(browser, site.address)
    page = visitor.page
    asked = []
    page.on('request', (request) => asked.push(new URL(request.url())))
  })
  afterEach(() => page.context().close())

  const status = () => page.locator('#status')
  const open = async (fragment = ''): Promise<void> => {
    await page.goto(`${PATH}${fragment}`)
    await expect.poll(() => status().innerText()).toMatch(/^Press Run|damaged/)
  }
  const press = (name: string): Promise<void> =>
    page.getByRole('button', { name, exact: true }).click()
  const outcome = async (): Promise<string> => {
    await expect.poll(() => status().getAttribute('class')).not.toBe('busy')
    return status().innerText()
  }
  /** Opens a program from a link, and returns its outcome. */
  const run = async (text: string, more: Partial<Shared> = {}): Promise<string> => {
    const request = { method: 'GET', target: '/', headers: [], body: '' }
    await open(
      await toFragment({ files: [{ name: 'app.ts', text }], entry: 'app:app', request, ...more }),
    )
    await press('Run')
    return outcome()
  }
  /** Replaces the text in the editor with the keyboard. */
  const type = async (text: string): Promise<void> => {
    await page.locator('.cm-content').focus()
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(text)
  }
  const answer = (body: string, status = "'200 OK'"): string => `
import type { Application } from '@phial/core'
export const app: Application = (environ, startResponse) => {
  startResponse(${status}, [['Content-Type', 'text/plain']])
  return [new TextEncoder().encode(${body})]
}`

  describe('a program', () => {
    test('is answered, drawn, and checked against the rules', async () => {
      await open()
      await press('Run')
      expect(await outcome()).toBe('200 OK. No rule is broken.')
      expect(await page.locator('#answer').innerText()).toContain('You asked for /tea')
      const picture = page.frameLocator('[title="The picture of X-ray"]')
      expect(await picture.locator('.layer h3').allInnerTexts()).toEqual(['layer 1 app'])
      expect(await picture.locator('.layer summary').first().innerText()).toMatch(/app\.ts:4/)
      expect(await page.locator('#rules summary').innerText()).toMatch(/^0 broken, \d+ kept/)
    })

    test('receives the request in the fields, and its raw answer is shown', async () => {
      await open(`#first`)
      await type(
        answer(
          '`${environ.REQUEST_METHOD} ${environ["HTTP_X_TEA"]} ` + new TextDecoder().decode(await environ["wsgi.input"].read())',
        ).replace('= (environ', '= async (environ'),
      )
      await page.getByLabel('Method').selectOption('PUT')
      await page.getByLabel('Path and query').fill('/caf%C3%A9?x=1')
      await page.getByText('Headers and body of the request').click()
      await page.getByLabel('Headers, one per line').fill('X-Tea: green')
      await page.getByLabel('Body').fill('Grüße')
      await press('Run')
      expect(await outcome()).toMatch(/^200 OK/)
      expect(await page.locator('.wire').innerText()).toBe(
        'HTTP/1.1 200 OK\nContent-Type: text/plain\nContent-Length: 17\n\nPUT green Grüße',
      )
    })

    test('that breaks a rule shows the rule and the line, and the cursor goes there', async () => {
      expect(await run(answer("'tea'", "'200'"))).toBe('Rule APP-3 is broken: see app.ts, line 4.')
      expect(await page.locator('#problems').innerText()).toContain(
        "Pass a status such as '200 OK'",
      )
      await page.getByRole('button', { name: 'Go to app.ts, line 4' }).click()
      await expect
        .poll(() => page.locator('.cm-activeLine').innerText())
        .toContain("startResponse('200'")
    })

    test.for([
      ['an invalid type annotation', 'const a: = 1\n', 'Something is wrong: see app.ts, line 1.'],
      [
        'a name declared twice',
        '\nconst a = 1\nconst a = 2\n',
        'Something is wrong: see app.ts, line 3.',
      ],
      [
        'an import that does not exist',
        "import { tea } from '@phial/core'\nconsole.log(tea)",
        'Something is wrong: see app.ts, line 1.',
      ],
      [
        'a module of Node',
        "import fs from 'node:fs'\nconsole.log(fs)",
        'Something is wrong: see app.ts, line 1.',
      ],
      [
        'an error',
        answer("(() => { throw new Error('cold') })()"),
        'Something is wrong: see app.ts, line 5.',
      ],
      [
        'no application',
        'export const tea = 1',
        /^app\.ts has no application app: it exports tea\./,
      ],
      [
        'a promise that is not awaited',
        `${answer("'tea'")}\nvoid Promise.reject(new Error('lost'))`,
        'Something is wrong: see app.ts, line 7.',
      ],
    ] as const)('with %s reports the error and its line', async ([, text, sentence]) => {
      expect(await run(text)).toEqual(
        typeof sentence === 'string' ? sentence : expect.stringMatching(sentence),
      )
    })

    test('has a console', async () => {
      await run(
        `${answer("'tea'")}\nconsole.log('a', { b: [1] }, 'and %s')\nconsole.error('%s of %d', 'two', 2)`,
      )
      expect(await page.locator('#console pre').innerText()).toBe(
        'a { b: [ 1 ] } and %s\ntwo of 2\n',
      )
    })

    test('with state receives the requests again that changed it', async () => {
      await open('#ladder-1-function')
      await press('Run')
      expect(await outcome()).toMatch(/^303/)
      await page.getByLabel('Method').selectOption('GET')
      await press('Run')
      expect(await outcome()).toMatch(/^200 OK/)
      expect(await page.locator('.wire').innerText()).toContain('Ada</a>: Lovely')
      await press('Forget')
      await press('Run')
      await outcome()
      expect(await page.locator('.wire').innerText()).not.toContain('Ada')
    })

    test('is restored when the page is reloaded, until the visitor starts over', async () => {
      await open('#first')
      await type('// mine')
      await page.reload()
      await expect.poll(() => page.locator('.cm-content').innerText()).toBe('// mine')
      await press('Start over')
      await expect.poll(() => page.locator('.cm-content').innerText()).toContain('You asked for')
    })
  })

  describe('a lesson', () => {
    test('fails its check until it is solved', async () => {
      await open('#mistake-connection')
      await press('Check my solution')
      expect(await outcome()).toMatch(/^Rule APP-7 is broken/)
      await press('Show a solution')
      await press('Check my solution')
      expect(await outcome()).toBe('Right. The solution passes its test.')
    })

    test('of the tutorial opens from its chapter, and is checked by the test of its exercise', async () => {
      await page.goto('/docs/learn/4-several-pages.html')
      await page.getByRole('link', { name: 'open this chapter in the playground' }).click()
      await expect.poll(() => page.locator('#chosen').innerText()).toBe('Chapter 4: Several pages')
      await press('Check my solution')
      expect(await outcome()).toMatch(/^Something is wrong: see check-methods\.ts, line \d+/)
      await press('Show a solution')
      await press('Check my solution')
      expect(await outcome()).toBe('Right. The solution passes its test.')
    })
  })

  test('a link contains the code, and sends it to no server', async () => {
    await open('#mistake-status')
    await type(answer("'Grüße'"))
    await press('Share')
    const link = await page.getByLabel('The link').inputValue()
    expect(link).toMatch(/#code=[\w-]+$/)
    const other = await Visitor.come(browser, site.address)
    const sent: string[] = []
    other.page.on('request', (request) => sent.push(request.url()))
    await other.page.goto(link)
    await expect.poll(() => other.page.locator('.cm-content').innerText()).toContain('Grüße')
    expect(await other.page.locator('#lesson').innerText()).toContain('This is code from a link.')
    expect(await other.page.getByRole('button', { name: 'Check my solution' }).isVisible()).toBe(
      true,
    )
    expect(sent.filter((url) => new URL(url).hash === '' && url.includes('code='))).toEqual([])
    await other.page.goto('about:blank')
    await other.page.goto(link.slice(0, -20))
    await expect
      .poll(() => other.page.locator('#status').innerText())
      .toMatch(/^This link is damaged/)
    await other.page.context().close()
  })

  test('draws a request that X-ray captured, and can send it', async () => {
    const app: Application = async (environ, startResponse) => {
      await environ['wsgi.input'].read()
      startResponse('201 Created', [['Content-Type', 'text/plain']])
      return [new TextEncoder().encode('from a server')]
    }
    const { picture } = await record(app, { method: 'POST', path: '/pot?x=1', body: 'tea=green' })
    await open()
    await page.getByText('Open a request that X-ray captured').click()
    const choose = (text: string): Promise<void> =>
      page.locator('#capture').setInputFiles({
        name: 'pot.json',
        mimeType: 'application/json',
        buffer: Buffer.from(text),
      })
    await choose(JSON.stringify(picture))
    const frame = page.frameLocator('[title="The picture of X-ray"]')
    await expect.poll(() => frame.locator('body').innerText()).toContain('from a server')
    expect(await page.getByLabel('Path and query').inputValue()).toBe('/pot?x=1')
    expect(await page.getByLabel('Body').inputValue()).toBe('tea=green')
    await press('Run')
    expect(await outcome()).toMatch(/^200 OK/)
    expect(await page.locator('.wire').innerText()).toContain('You asked for /pot')
    await choose('{"request": 1}')
    await expect.poll(() => status().innerText()).toMatch(/^Not a capture/)
  })

  test('works with the keyboard only: edit, run, break a rule, read the error, fix it, share', async () => {
    await open('#first')
    const tabTo = async (name: string): Promise<void> => {
      const active = (): Promise<string> =>
        page.evaluate(() => {
          const { activeElement: one } = document
          return one?.getAttribute('aria-label') ?? one?.textContent ?? ''
        })
      for (let presses = 0; presses < 60 && (await active()).trim() !== name; presses += 1)
        await page.keyboard.press('Tab')
      expect((await active()).trim()).toBe(name)
    }
    await tabTo('The file app.ts')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.insertText(answer("'tea'", "'200'"))
    await page.keyboard.press('ControlOrMeta+Enter')
    expect(await outcome()).toBe('Rule APP-3 is broken: see app.ts, line 4.')
    await tabTo('Go to app.ts, line 4')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.locator('.cm-editor.cm-focused').count()).toBe(1)
    await page.keyboard.press('End')
    await page.keyboard.press('Shift+Home')
    await page.keyboard.insertText("  startResponse('200 OK', [['Content-Type', 'text/plain']])")
    await tabTo('Run')
    await page.keyboard.press('Enter')
    expect(await outcome()).toBe('200 OK. No rule is broken.')
    await tabTo('Share')
    await page.keyboard.press('Enter')
    await expect.poll(() => page.url()).toContain('#code=')
  })

  describe('a hostile program affects only its own run:', () => {
    const stopped = `The program was stopped after ${LIMITS.time / 1000} seconds.`
    test.for([
      ['an endless loop', 'while (true) {}', stopped],
      [
        'endless promises',
        'const again = () => Promise.resolve().then(again)\nawait again()',
        stopped,
      ],
      [
        'a loop in close()',
        `export const app = (environ, startResponse) => {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  return Object.assign([new Uint8Array(1)], { close() { while (true) {} } })
}`,
        stopped,
      ],
      ['endless output', "while (true) console.log('x'.repeat(1e5))", stopped],
      ['endless messages', "while (true) postMessage({ kind: 'done' })", stopped],
      ['an error with an endless toString', 'throw { toString() { while (true) {} } }', stopped],
      [
        'endless memory',
        'const all = []\nwhile (true) all.push(new Array(1e6).fill(Math.random()))',
        stopped,
      ],
      [
        'an endless body',
        `export const app = function* (environ, startResponse) {
  startResponse('200 OK', [['Content-Type', 'text/plain']])
  while (true) yield new Uint8Array(65536).fill(97)
}`,
        '200 OK',
      ],
      ['work after the answer', `setInterval(() => 1, 0)\n${answer("'tea'")}`, '200 OK'],
      [
        'other workers',
        `for (let at = 0; at < 20; at += 1)
  new Worker(URL.createObjectURL(new Blob(['while (true) {}'])))\n${answer("'tea'")}`,
        '200 OK',
      ],
      [
        'globals that the harness uses',
        `JSON.stringify = () => 'spoilt'
Array.prototype.map = () => []
Object.entries = () => { throw new Error('spoilt') }
MessagePort.prototype.postMessage = () => {}
${answer("'tea'")}`,
        '',
      ],
    ])('%s', async ([, text = '', sentence = '']) => {
      const ended = await run(text)
      expect(ended.startsWith(sentence)).toBe(true)
      expect(await page.locator('#program ~ iframe, body > iframe').count()).toBe(0)
      // The page still works.
      await type(answer("'well'"))
      await press('Run')
      expect(await outcome()).toBe('200 OK. No rule is broken.')
      expect(await page.locator('.wire').innerText()).toContain('well')
      expect(visitor.complaints).toEqual([])
    })

    test('it cannot reach the page, the storage or the network', async () => {
      const listener = createServer().listen(0, '127.0.0.1')
      let connections = 0
      listener.on('connection', (socket) => {
        connections += 1
        socket.destroy()
      })
      await once(listener, 'listening')
      const { port } = listener.address() as AddressInfo
      const outside = `http://127.0.0.1:${port}`
      await run(`
const tries: Record<string, () => unknown> = {
  document: () => document.title,
  parent: () => parent.document,
  localStorage: () => localStorage.length,
  indexedDB: () => new Promise((done, failed) => {
    const request = indexedDB.open('tea')
    request.onsuccess = done
    request.onerror = failed
  }),
  fetch: () => fetch('${outside}/'),
  import: () => import('${outside}/x.js'),
  data: () => import('data:text/javascript,export default 1'),
  importScripts: () => importScripts('${outside}/x.js'),
  XMLHttpRequest: () => {
    const request = new XMLHttpRequest()
    request.open('GET', '${outside}/', false)
    request.send()
  },
  WebSocket: () => new Promise((done, failed) => {
    const socket = new WebSocket('${outside.replace('http', 'ws')}/')
    socket.onopen = done
    socket.onerror = failed
  }),
  EventSource: () => new Promise((done, failed) => {
    const source = new EventSource('${outside}/')
    source.onopen = done
    source.onerror = failed
  }),
}
for (const [name, attempt] of Object.entries(tries)) {
  try {
    await attempt()
    console.log(name + ' was reached')
  } catch {
    console.log(name + ' was not')
  }
}
${answer("'tea'")}`)
      const lines = (await page.locator('#console pre').innerText()).trim().split('\n')
      expect(lines).toHaveLength(11)
      expect(lines.filter((line) => !line.endsWith(' was not'))).toEqual([])
      listener.close()
      await once(listener, 'close')
      expect(connections).toBe(0)
    })

    test('its output is text, never HTML', async () => {
      const html = '<img src=x onerror="document.title=1"><script>document.title=1</script>'
      await run(`console.log(${JSON.stringify(html)})
export const app = function named(environ, startResponse) {
  startResponse('200 ${html}', [['Content-Type', 'text/html'], ['X-Tea', ${JSON.stringify(html)}]])
  environ['phial.trace']?.note(${JSON.stringify(html)}, ${JSON.stringify(html)})
  return [new TextEncoder().encode(${JSON.stringify(html)})]
}`)
      expect(await page.locator('#results img, #results script').count()).toBe(0)
      const frame = page.frameLocator('[title="The picture of X-ray"]')
      expect(await frame.locator('img, script').count()).toBe(0)
      expect(await page.title()).toBe('Playground | Phial')
    })
  })

  test('is accessible in light and dark mode, on a phone and on a desktop', async () => {
    const faults: string[] = []
    const look = async (name: string): Promise<void> => {
      faults.push(...(await visitor.look(`playground-${name}`)))
      for (const frame of page.frames().slice(1))
        faults.push(...(await frame.evaluate(faultsOfPage).catch(() => [])))
    }
    await open()
    await look('first')
    await press('Run')
    await outcome()
    await look('answer')
    await page.locator('#rules summary').click()
    await look('rules')
    await page.locator('#lessons summary').click()
    await look('lessons')
    await open('#middleware')
    await press('Run')
    await outcome()
    await look('middleware')
    await run(`console.log('hello')\n${answer("'tea'", "'200'")}`)
    await look('problem')
    await open('#7-a-framework')
    await press('Run')
    await outcome()
    await press('Share')
    await look('framework')
    await open('#ladder-5-phial')
    await look('ladder')
    expect(faults).toEqual([])
    expect(visitor.complaints).toEqual([])
  })

  test('requests only its own files from its own server, and no other page requests them', async () => {
    await page.goto('/docs/learn/2-a-gateway.html', { waitUntil: 'networkidle' })
    const others = asked.filter(({ pathname }) => pathname.startsWith('/docs/playground/'))
    expect(others).toEqual([])
    asked.length = 0
    await open()
    await press('Run')
    await outcome()
    const own = asked.filter(({ protocol }) => protocol.startsWith('http'))
    expect(own.every(({ href }) => href.startsWith(`${site.address}/docs/playground/`))).toBe(true)
    expect(own.length).toBeLessThan(10)
  })

  test('works without the server once it is loaded', async () => {
    await open()
    await press('Run')
    await outcome()
    await page.context().setOffline(true)
    await press('Run')
    expect(await outcome()).toBe('200 OK. No rule is broken.')
  })
})
