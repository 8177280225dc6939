/** Prints the files that `phial` and `@phial/server` load, and whether everyday requests run any function of them. */
import { statSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { fileURLToPath } from 'node:url'

export interface Loaded {
  readonly file: string
  /** In bytes. */
  readonly size: number
  readonly isUsed: boolean
}

const session = new Session()
session.connect()
await session.post('Profiler.enable')
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })

/** Returns the files with a function that ran since the last time. */
async function ran(): Promise<Set<string>> {
  const { result } = await session.post('Profiler.takePreciseCoverage')
  const files = result.filter(({ functions }) => functions.some(({ ranges }) => ranges[0]?.count))
  return new Set(files.map(({ url }) => url).filter((url) => url.startsWith('file:')))
}

const before = await ran()
const { serve } = await import('@phial/server')
const { Phial, request, session: visitor } = await import('phial')
const loaded = [...(await ran())].filter((url) => !before.has(url))

const secret = '7d0f1c2b9a8e4f5d6c7b8a9e0f1d2c3b4a5e6f7d8c9b0a1e2f3d4c5b6a7e8f9d'
const app = new Phial(import.meta.url, { config: { SECRET_KEY: secret } })
app.get('/users/:id', ({ id }) => ({ id, page: request.args.get('page') }))
app.get('/session', () => {
  visitor['count'] = 1
  return 'counted'
})
app.post('/json', async () => (await request.json()) as object)
app.post('/form', async () => Object.fromEntries(await request.formData()))
const service = await serve(app, { bind: '127.0.0.1:0' })
const [url = ''] = service.addresses
const asked: readonly (readonly [path: string, init?: RequestInit])[] = [
  ['/users/7?page=2'],
  ['/session'],
  ['/nowhere'],
  ['/json', { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }],
  ['/form', { method: 'POST', body: new URLSearchParams({ name: 'Ann' }) }],
]
// oxlint-disable-next-line no-await-in-loop -- one after another
for (const [path, init] of asked) await (await fetch(url + path, init)).text()
await service.close()
const used = await ran()

const all = loaded.map((one): Loaded => {
  const file = fileURLToPath(one)
  return { file, size: statSync(file).size, isUsed: used.has(one) }
})
console.log(JSON.stringify(all))
