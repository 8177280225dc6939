/** Debian's Chromium, driven by playwright-core. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

export const hasChromium: boolean = existsSync(executablePath)

/** Options that stop its background requests. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
]

/** Enables the back/forward cache, as in a normal browser: going back shows a page as it was left. */
const ignoreDefaultArgs = ['--disable-back-forward-cache']

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args, ignoreDefaultArgs })
