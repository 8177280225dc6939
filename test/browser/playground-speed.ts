/**
 * `tsx test/browser/playground-speed.ts` measures the milliseconds until the built playground is usable, from Run to the
 * answer, and to the end of the rule check. The results are medians of several visits, each with an empty cache.
 */
import { join } from 'node:path'
import { root } from '../house/workspace.ts'
import { openBrowser } from './chromium.ts'
import { startFolder } from './example.ts'

const VISITS = 7

const median = (all: number[]): number =>
  Math.round(all.toSorted((one, other) => one - other)[Math.floor(all.length / 2)] ?? NaN)

const site = await startFolder(join(root, 'docs'), 'app:app')
const browser = await openBrowser()
const times = { interactive: [] as number[], answer: [] as number[], rules: [] as number[] }
for (let visit = 0; visit < VISITS; visit += 1) {
  const context = await browser.newContext({ baseURL: site.address })
  const page = await context.newPage()
  await page.addInitScript('globalThis.__name = (it) => it') // tsx uses it to name functions
  await page.goto('/docs/playground/play.html')
  const measured = await page.evaluate(async () => {
    const mark = () => performance.getEntriesByName('interactive')[0]?.startTime
    const until = async (isSo: () => boolean): Promise<number> => {
      while (!isSo()) await new Promise((resolve) => requestAnimationFrame(resolve))
      return performance.now()
    }
    const isShown = (id: string): boolean => document.getElementById(id)?.hidden === false
    await until(() => mark() !== undefined)
    const began = performance.now()
    document.getElementById('run')?.click()
    const answer = (await until(() => isShown('answer'))) - began
    const rules = (await until(() => isShown('rules'))) - began
    return { interactive: mark() ?? NaN, answer, rules }
  })
  times.interactive.push(measured.interactive)
  times.answer.push(measured.answer)
  times.rules.push(measured.rules)
  await context.close()
}
for (const [what, all] of Object.entries(times)) console.log(`${what}: ${median(all)} ms`)
await browser.close()
await site.stop()
