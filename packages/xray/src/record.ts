/** One request through an application, and its picture: what `phial xray` prints. */
import {
  call,
  watchLayers,
  type ApplicationLike,
  type CallAnswer,
  type CallOptions,
} from '@phial/core'
import type { Picture } from './picture.ts'
import { Recorder } from './recorder.ts'

/**
 * Calls an application in this process, and draws what happens.
 *
 * ```ts
 * const { picture } = await record(site, { path: '/hello/john' })
 * console.log(drawText(picture))
 * ```
 */
export async function record(
  app: ApplicationLike,
  options: CallOptions = {},
): Promise<{ picture: Picture; answer: CallAnswer | undefined; error: unknown }> {
  watchLayers()
  let recorder: Recorder | undefined
  const seen: ApplicationLike = (environ, startResponse) => {
    recorder = new Recorder(environ)
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
