/**
 * The cost of each way of reading a file to send it, fifty at a time.
 *
 *     pnpm bench files
 *
 * `response/file-body.ts` (which calls it makes) and `files/file-store.ts` (the size from which it reads blocks) refer to it.
 */
import { close, createReadStream, fstat, open, read } from 'node:fs'
import { mkdtemp, open as openHandle, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const calls = {
  open: promisify(open),
  fstat: promisify(fstat),
  read: promisify(read),
  close: promisify(close),
}

/** Reads from a file descriptor in blocks of a given size. */
const byCalls = (most: number) => async (path: string): Promise<void> => {
  const fd = await calls.open(path, 'r')
  const { size } = await calls.fstat(fd)
  for (let at = 0; at < size; at += most) {
    const block = Buffer.allocUnsafe(Math.min(most, size - at))
    // oxlint-disable-next-line no-await-in-loop -- blocks come one after another
    await calls.read(fd, block, 0, block.byteLength, at)
  }
  await calls.close(fd)
} // prettier-ignore

const ways: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'descriptor, whole': byCalls(Infinity),
  'descriptor, by 64 kB': byCalls(64 * 1024),
  'FileHandle, whole': async (path) => {
    const handle = await openHandle(path)
    const { size } = await handle.stat()
    await handle.read(Buffer.allocUnsafe(size), 0, size, 0)
    await handle.close()
  },
  'stat, readFile': async (path) => {
    await stat(path)
    await readFile(path)
  },
  'stat, createReadStream': async (path) => {
    await stat(path)
    for await (const chunk of createReadStream(path)) void chunk
  },
}

/** The processor time per file in microseconds, which other work on the machine affects less than the elapsed time. */
async function timeOf(way: (path: string) => Promise<void>, path: string): Promise<number> {
  const began = process.cpuUsage()
  const count = 500
  let left = count
  const work = async (): Promise<void> => {
    // oxlint-disable-next-line no-await-in-loop -- fifty such loops run concurrently
    while (left-- > 0) await way(path)
  }
  await Promise.all(Array.from({ length: 50 }, work))
  const { user, system } = process.cpuUsage(began)
  return (user + system) / count
}

const folder = await mkdtemp(join(tmpdir(), 'phial-bench-'))
for (const kilobytes of [4, 64, 256, 1024]) {
  const path = join(folder, `${kilobytes}`)
  // oxlint-disable-next-line no-await-in-loop -- one size after another
  await writeFile(path, Buffer.alloc(kilobytes * 1024, 7))
  const times = new Map(Object.keys(ways).map((name) => [name, [] as number[]]))
  for (let round = 0; round < 9; round += 1) {
    for (const [name, way] of Object.entries(ways)) {
      // oxlint-disable-next-line no-await-in-loop -- the ways are interleaved and compared
      times.get(name)?.push(await timeOf(way, path))
    }
  }
  for (const [name, all] of times) {
    const median = all.toSorted((a, b) => a - b)[4] ?? 0
    console.log(
      `${String(kilobytes).padStart(5)} kB  ${name.padEnd(24)} ${median.toFixed(0).padStart(6)} µs`,
    )
  }
}
await rm(folder, { recursive: true })
