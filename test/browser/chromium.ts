/** Debian's Chromium, driven by playwright-core. */
import { existsSync } from 'node:fs'
import { type Browser, chromium } from 'playwright-core'

const executablePath = '/usr/bin/chromium'

export const hasChromium: boolean = existsSync(executablePath)

/** It asks nothing of the network by itself. */
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

/** Going back shows a page as it was left, as it does for whoever sits before a browser. */
const ignoreDefaultArgs = ['--disable-back-forward-cache']

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath, args, ignoreDefaultArgs })
