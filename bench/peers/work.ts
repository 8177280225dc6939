/** The answers of every peer's server, so that all do the same work. */
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

export const WORKLOADS = [
  'hello',
  'params',
  'template',
  'json',
  'form',
  'static',
  'stream',
  'hooks',
  'browser',
  'session',
] as const
export type Workload = (typeof WORKLOADS)[number]
/** A workload, or the one of `growth.ts` that counts the bytes of a body. */
export type Task = Workload | 'upload'

/** Prepares a server for a workload. */
export type SetUp = Partial<Record<Task, () => unknown>>

const [workload = 'hello', folder = ''] = process.argv.slice(2)

/** The folder of static files. */
export const STATIC: string = folder
/** The folder of Eta templates. */
export const TEMPLATES: string = new URL('../../peers/templates', import.meta.url).pathname

// No server outlives the program that started it.
process.once('disconnect', () => process.exit())

/** Prepares a server for the workload that the command line names. */
export async function setUp(workloads: SetUp): Promise<void> {
  const prepare = workloads[workload as Task]
  if (prepare === undefined) throw new Error(`Expected one of ${Object.keys(workloads).join(', ')}`)
  await prepare()
}

/** Prints the address of a server, for the program that started it. */
export function announce(server: Server): void {
  const print = (): void =>
    console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  if (server.listening) print()
  else server.once('listening', print)
}

export const HELLO = 'Hello world\n'

/** 194 bytes as JSON, for the id 12345. */
export const user = (id: string, verbose: boolean): object => ({
  id,
  verbose,
  name: `User ${id}`,
  mail: `user${id}@example.com`,
  roles: ['reader', 'writer', 'editor'],
  address: { street: '1 Elm St', city: 'Vienna', country: 'US' },
  active: true,
})

export interface Row {
  readonly name: string
  readonly mail: string
  readonly city: string
}

/** The rows of the template's table. Each value has a character to escape. */
export const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, at) => ({
    name: `Ann & Bob ${at}`,
    mail: `<ann${at}@example.com>`,
    city: `City > ${at}`,
  }))

export const ROWS: readonly Row[] = rows(Number(process.env['BENCH_ROWS'] ?? 50))

const chunk = Buffer.alloc(1024, 'x')

/** 100 chunks of 1 KB. */
export async function* chunks(): AsyncGenerator<Buffer> {
  for (let count = 0; count < 100; count += 1) yield chunk
}

export const HOOKS = 10

export const SECRET = '7d0f1c2b9a8e4f5d6c7b8a9e0f1d2c3b4a5e6f7d8c9b0a1e2f3d4c5b6a7e8f9d'

/** The number of uses of a session, including this one. */
export const counted = (before: unknown): number => (typeof before === 'number' ? before : 0) + 1
