/** Records one request without a server, as `phial xray` does. */
import {
  call,
  watchLayers,
  type ApplicationLike,
  type CallAnswer,
  type CallOptions,
} from '@phial/core'
import type { Picture } from './picture.ts'
import { nodeSources, type Sources } from './place.ts'
import { Recorder } from './recorder.ts'

/**
 * Calls an application in this process and records the request as a picture.
 *
 * ```ts
 * const { picture } = await record(site, { path: '/hello/john' })
 * console.log(drawText(picture))
 * ```
 *
 * @param sources access to the source of each layer. Default: the files of this machine
 */
export async function record(
  app: ApplicationLike,
  options: CallOptions = {},
  sources: Sources = nodeSources,
): Promise<{ picture: Picture; answer: CallAnswer | undefined; error: unknown }> {
  watchLayers()
  let recorder: Recorder | undefined
  const seen: ApplicationLike = (environ, startResponse) => {
    recorder = new Recorder(environ, undefined, sources)
    return recorder.run(app, environ, startResponse)
  }
  let answer: CallAnswer | undefined
  let error: unknown
  try {
    answer = await call(seen, options)
  } catch (failure) {
    error = failure
  }
  if (!recorder) throw error
  return { picture: recorder.picture, answer, error }
}
