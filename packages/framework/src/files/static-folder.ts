/** The folder `static`: its files, their precompressed variants, and URLs with the version of each file. */
import { isCompressible } from '@phial/core'
import { currentRequestContext, type RequestContext } from '../context/context.ts'
import { NotFound } from '../errors/http-errors.ts'
import type { Accept } from '../fields/accept.ts'
import { andThen, type Maybe } from '../helpers/promises.ts'
import type { Response } from '../response/response.ts'
import type { UrlValues } from '../routing/url.ts'
import { publicPath } from '../safety/paths.ts'
import type * as Answering from './answer.ts'
import { type BuiltFiles, BuiltStore } from './built-files.ts'
import { type Files, FileStore, type Loaded, noFiles } from './file-store.ts'
import { answering } from './send-file.ts'

/** A variant of a file: the file itself, or a precompressed one. */
interface Variant {
  readonly path: string
  /** The value of `Content-Encoding`. */
  readonly encoding: string | undefined
}

/**
 * A folder of static files. `urlFor` adds the hash of the file's bytes to each URL: `/static/site.css?v=…`. A browser may
 * cache such a response forever, because a changed file has another URL. Without the hash, or with an old one, it
 * revalidates each time. The `ETag` is the same hash.
 *
 * ```ts
 * urlFor('static', { path: 'site.css' }) // '/static/site.css?v=kX3…'
 * ```
 */
export class StaticFolder {
  /** The absolute path; `undefined` if the app does not have a folder, so that only the files of a build exist. */
  readonly path: string | undefined
  #files: Files

  constructor(path: string | undefined) {
    this.path = path
    this.#files = path === undefined ? noFiles : new FileStore()
  }

  /** Adds the files of a build, which take precedence over those of the folder. */
  useFiles(files: BuiltFiles): void {
    this.#files = new BuiltStore(files, this.#root, this.#files)
  }

  /** The folder to which paths are joined. If the app does not have a folder, it is not read. */
  get #root(): string {
    return this.path ?? '/'
  }

  /**
   * Returns a response with a file, or with its `.br` or `.gz` variant if the client accepts it. Returns synchronously if
   * the file is cached. Throws `NotFound`.
   */
  send(
    path: string,
    context: RequestContext = currentRequestContext('the static folder'),
  ): Maybe<Response> {
    const inside = publicPath(this.#root, path)
    if (inside === undefined) throw new NotFound()
    return andThen(answering(), (answerModule) => this.#send(inside, answerModule, context))
  }

  #send(inside: string, answerModule: typeof Answering, context: RequestContext): Maybe<Response> {
    const varies = isCompressible(answerModule.typeOf(inside))
    const variants = variantsOf(inside, varies ? context.request.acceptEncodings : undefined)
    const cached = this.#cached(variants)
    const answer = ([{ encoding }, file]: readonly [Variant, Loaded]): Maybe<Response> => {
      const immutable = this.#isCurrent(context.request.args.get('v'), inside)
      return answerModule.answerFile(inside, file, { encoding, varies, immutable }, context)
    }
    return cached === undefined ? this.#load(variants).then(answer) : answer(cached)
  }

  /** Reports whether the version in a URL is the current version of the file. */
  #isCurrent(version: string | null, path: string): boolean {
    return version !== null && version === this.#files.hashNow(path)
  }

  /** Returns the first existing variant, if the cache has all the required data. */
  #cached(variants: readonly Variant[]): readonly [Variant, Loaded] | undefined {
    for (const variant of variants) {
      const file = this.#files.cached(variant.path)
      if (file === undefined) return undefined
      if (file !== null) return [variant, file]
    }
    return undefined
  }

  /** Loads the first existing variant. Does not compare their ages, so a build must write every variant. */
  async #load(variants: readonly Variant[]): Promise<readonly [Variant, Loaded]> {
    const missing: Variant[] = []
    for (const variant of variants) {
      // oxlint-disable-next-line no-await-in-loop -- each variant is loaded only if the previous one is missing
      const file = await this.#files.load(variant.path)
      if (file !== undefined) {
        for (const { path } of missing) this.#files.noteMissing(path)
        return [variant, file]
      }
      missing.push(variant)
    }
    throw new NotFound()
  }

  /** Adds the version of the file to the values of a URL in this folder, if the file exists. */
  withVersion(values: UrlValues): UrlValues {
    const { path, v } = values
    const inside = typeof path === 'string' && v === undefined && publicPath(this.#root, path)
    const hash = inside ? this.#files.hashNow(inside) : undefined
    return hash === undefined ? values : { ...values, v: hash }
  }
}

const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const

/** Returns the variants of a file that the client accepts, smallest first. */
function variantsOf(path: string, accept: Accept | undefined): Variant[] {
  const compressed = ENCODINGS.filter(([encoding]) => accept?.has(encoding) === true)
  return [...compressed.map(([encoding, ending]) => ({ path: path + ending, encoding })), { path, encoding: undefined }] // prettier-ignore
}
