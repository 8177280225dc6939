/**
 * A registry on this machine that serves our packed packages. It redirects requests for all other packages to the
 * registry that this machine uses.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

import { promisify } from 'node:util'
import type { Packed } from '../../house/packed.ts'

const execute = promisify(execFile)

interface Entry {
  readonly name: string
  readonly version: string
  readonly manifest: object
  readonly bytes: Buffer
}

/** Reads the manifest from the tarball, in which `workspace:^` has become a version. */
async function entryOf({ tarball }: Packed): Promise<Entry> {
  const { stdout } = await execute('tar', ['-xzOf', tarball, 'package/package.json'])
  const manifest = JSON.parse(stdout) as { name: string; version: string }
  return { ...manifest, manifest, bytes: await readFile(tarball) }
}

/** Returns the metadata of a package. */
function packument({ name, version, manifest, bytes }: Entry, origin: string): object {
  const hash = (algorithm: string, encoding: 'hex' | 'base64'): string =>
    createHash(algorithm).update(bytes).digest(encoding)
  const dist = {
    tarball: `${origin}/-/tarballs/${encodeURIComponent(name)}.tgz`,
    shasum: hash('sha1', 'hex'),
    integrity: `sha512-${hash('sha512', 'base64')}`,
  }
  // A time in the past, because package managers distrust new releases.
  const then = '2020-01-01T00:00:00.000Z'
  return {
    name,
    'dist-tags': { latest: version },
    versions: { [version]: { ...manifest, dist } },
    time: { created: then, modified: then, [version]: then },
  }
}

export interface Registry {
  readonly url: string
  close(): Promise<void>
}

export async function serveRegistry(packed: Packed[]): Promise<Registry> {
  const { stdout } = await execute('npm', ['config', 'get', 'registry'])
  const upstream = stdout.trim().replace(/\/$/, '')
  const entries = new Map<string, Entry>()
  for (const one of await Promise.all(packed.map(entryOf))) entries.set(one.name, one)
  const server: Server = createServer((request, response) => {
    const url = request.url ?? '/'
    const path = decodeURIComponent(url.slice(1))
    const own = entries.get(path)
    const packs =
      path.startsWith('-/tarballs/') && entries.get(path.slice(11).replace(/\.tgz$/, ''))
    if (packs) response.end(packs.bytes)
    else if (own)
      response
        .setHeader('Content-Type', 'application/json')
        .end(JSON.stringify(packument(own, origin)))
    else response.writeHead(307, { Location: upstream + url }).end()
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/`,
    async close() {
      server.closeAllConnections()
      await once(server.close(), 'close')
    },
  }
}
