/** A visitor who views a site in Chromium, on a phone and on a desktop, in light and dark mode. */
import { join } from 'node:path'
import { tmpdir } from 'node:os'
import type { Browser, Page } from 'playwright-core'
import { faultsOfPage } from './judge.ts'

const SIZES = { phone: { width: 390, height: 844 }, desk: { width: 1280, height: 800 } }

export class Visitor {
  readonly page: Page
  /** Errors that the browser reports, except for error responses, which have pages. */
  readonly complaints: string[] = []
  private constructor(page: Page) {
    this.page = page
    page.on('pageerror', (error) => this.complaints.push(error.message))
    page.on('console', (message) => {
      const isStatus = /^Failed to load resource: .* status of 4\d\d/.test(message.text())
      if (message.type() === 'error' && !isStatus)
        this.complaints.push(`${message.text()}: ${message.location().url}`)
    })
  }

  static async come(browser: Browser, baseURL: string): Promise<Visitor> {
    const context = await browser.newContext({ baseURL })
    return new Visitor(await context.newPage())
  }

  /** Checks the current page in each size and colour scheme. Returns its accessibility faults, and saves screenshots. */
  async look(name: string): Promise<string[]> {
    const faults: string[] = []
    for (const [size, viewport] of Object.entries(SIZES))
      for (const colorScheme of ['light', 'dark'] as const) {
        await this.page.setViewportSize(viewport)
        await this.page.emulateMedia({ colorScheme })
        const path = join(tmpdir(), `phial-${name}-${size}-${colorScheme}.png`)
        await this.page.screenshot({ path, fullPage: true })
        const found = await this.page.evaluate(faultsOfPage)
        faults.push(...found.map((fault) => `${name}, ${size}, ${colorScheme}: ${fault}`))
      }
    return faults
  }

  /** Fills in fields by their labels, and presses a button. */
  async send(fields: Record<string, string>, button: string): Promise<void> {
    for (const [label, text] of Object.entries(fields))
      await this.page.getByLabel(label, { exact: true }).fill(text)
    await this.page.getByRole('button', { name: button }).click()
  }

  /** Goes back to the previous page, which is not loaded again. */
  async back(): Promise<void> {
    await this.page.goBack({ waitUntil: 'commit' })
  }
}
