/** The folder `static`: its files, those that lie beside them compressed, and URLs that name the version of each. */
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

/** A form in which a file may lie there: itself, or compressed ahead. */
interface Variant {
  readonly path: string
  /** What `Content-Encoding` says. */
  readonly encoding: string | undefined
}

/**
 * A folder of files that belong to the app. `urlFor` gives each URL the hash of the file's bytes:
 * `/static/site.css?v=…`. A browser may keep such an answer for good, because a changed file has
 * another URL; without the hash, or with an old one, it asks each time. The `ETag` is the same hash.
 *
 * ```ts
 * urlFor('static', { path: 'site.css' }) // '/static/site.css?v=kX3…'
 * ```
 */
export class StaticFolder {
  /** Its absolute path; `undefined` where the app has no files, so that only those of a build are there. */
  readonly path: string | undefined
  #files: Files

  constructor(path: string | undefined) {
    this.path = path
    this.#files = path === undefined ? noFiles : new FileStore()
  }

  /** Uses files of a build. They come before those of the folder. */
  useFiles(files: BuiltFiles): void {
    this.#files = new BuiltStore(files, this.#root, this.#files)
  }

  /** What paths are joined to. Nothing is read there if the app has no files. */
  get #root(): string {
    return this.path ?? '/'
  }

  /**
   * Answers with a file, or with the `.br` or `.gz` beside it if the client takes that: at once, if the
   * file is small and was asked for before. Throws `NotFound`.
   */
  send(
    path: string,
    context: RequestContext = currentRequestContext('the static folder'),
  ): Maybe<Response> {
    const inside = publicPath(this.#root, path)
    if (inside === undefined) throw new NotFound()
    return andThen(answering(), (making) => this.#send(inside, making, context))
  }

  #send(inside: string, making: typeof Answering, context: RequestContext): Maybe<Response> {
    const varies = isCompressible(making.typeOf(inside))
    const variants = variantsOf(inside, varies ? context.request.acceptEncodings : undefined)
    const kept = this.#kept(variants)
    const answer = ([{ encoding }, file]: readonly [Variant, Loaded]): Maybe<Response> => {
      const immutable = this.#isNamedBy(context.request.args.get('v'), inside)
      return making.answerFile(inside, file, { encoding, varies, immutable }, context)
    }
    return kept === undefined ? this.#load(variants).then(answer) : answer(kept)
  }

  /** Whether the version in a URL is that of the file now. */
  #isNamedBy(version: string | null, path: string): boolean {
    return version !== null && version === this.#files.hashNow(path)
  }

  /** The first form that is there, if all that is needed is kept. */
  #kept(variants: readonly Variant[]): readonly [Variant, Loaded] | undefined {
    for (const variant of variants) {
      const file = this.#files.kept(variant.path)
      if (file === undefined) return undefined
      if (file !== null) return [variant, file]
    }
    return undefined
  }

  /** The first form that is there. Which of two is newer is not looked at: write all when you build. */
  async #load(variants: readonly Variant[]): Promise<readonly [Variant, Loaded]> {
    const missing: Variant[] = []
    for (const variant of variants) {
      // oxlint-disable-next-line no-await-in-loop -- the second is looked for if the first is not there
      const file = await this.#files.load(variant.path)
      if (file !== undefined) {
        for (const { path } of missing) this.#files.noteMissing(path)
        return [variant, file]
      }
      missing.push(variant)
    }
    throw new NotFound()
  }

  /** The values of a URL in this folder, with the version of the file that they name, if it is there. */
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

/** The variants of a file that the client takes, the smallest first. */
function variantsOf(path: string, accept: Accept | undefined): Variant[] {
  const packed = ENCODINGS.filter(([encoding]) => accept?.has(encoding) === true)
  return [...packed.map(([encoding, ending]) => ({ path: path + ending, encoding })), { path, encoding: undefined }] // prettier-ignore
}
