/** The folder `static`: its files, and URLs that name the version of each. */
import { createHash } from 'node:crypto'
import { closeSync, openSync, readSync, statSync } from 'node:fs'
import { Buffer } from 'node:buffer'
import { currentRequestContext } from '../context.ts'
import { NotFound } from '../errors/http-errors.ts'
import type { Response } from '../response/response.ts'
import type { UrlValues } from '../routing/url.ts'
import { BLOCK } from '../response/file-body.ts'
import { findEncoded } from './precompressed.ts'
import { answerFile } from './answer.ts'
import { publicPath } from './send-file.ts'

/** A larger file has no version in its URL: to hash it would hold up everybody else. */
const LARGEST = 16 * 1024 ** 2

/** The hash of a file's bytes, and the time and size that it was made for. */
interface Version {
  readonly hash: string
  readonly modified: number
  readonly size: number
}

/**
 * A folder of files that belong to the app. `urlFor` gives each URL the hash of the file's bytes:
 * `/static/site.css?v=…`. A browser may keep such an answer for good, because a changed file has
 * another URL; without the hash, or with an old one, it asks each time.
 *
 * ```ts
 * urlFor('static', { path: 'site.css' }) // '/static/site.css?v=kX3…'
 * ```
 */
export class StaticFolder {
  readonly path: string
  /** By path. What is not there is not kept, so it cannot grow beyond the folder. */
  readonly #versions = new Map<string, Version>()

  constructor(path: string) {
    this.path = path
  }

  /** Answers with a file, or with the `.br` or `.gz` beside it if the client takes that. Raises `NotFound`. */
  async send(path: string): Promise<Response> {
    const { request } = currentRequestContext('the static folder')
    const inside = publicPath(this.path, path)
    if (inside === undefined) throw new NotFound()
    const found = await findEncoded(inside, request.acceptEncodings)
    if (found === undefined) throw new NotFound()
    const { encoding, varies } = found
    const asked = request.args.get('v')
    const immutable = asked !== null && asked === this.#hash(inside)
    return answerFile({ ...found, path: inside }, { encoding, varies, immutable })
  }

  /** The values of a URL in this folder, with the version of the file that they name, if it is there. */
  withVersion(values: UrlValues): UrlValues {
    const { path, v } = values
    const inside = typeof path === 'string' && v === undefined && publicPath(this.path, path)
    const hash = inside ? this.#hash(inside) : undefined
    return hash === undefined ? values : { ...values, v: hash }
  }

  /** Made once for each version of a file. The time and size are looked at each time. */
  #hash(path: string): string | undefined {
    const facts = statSync(path, { throwIfNoEntry: false })
    if (facts?.isFile() !== true || facts.size > LARGEST) return undefined
    const { mtimeMs: modified, size } = facts
    const known = this.#versions.get(path)
    if (known?.modified === modified && known.size === size) return known.hash
    const hash = hashOf(path)
    this.#versions.set(path, { hash, modified, size })
    return hash
  }
}

/** By blocks, so that a large file does not fill the memory. */
function hashOf(path: string): string {
  const hash = createHash('sha256')
  const block = Buffer.allocUnsafe(BLOCK)
  const fd = openSync(path, 'r')
  try {
    for (;;) {
      const size = readSync(fd, block)
      if (size === 0) return hash.digest('base64url').slice(0, 12)
      hash.update(block.subarray(0, size))
    }
  } finally {
    closeSync(fd)
  }
}
