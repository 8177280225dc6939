/** Which line of whose file is calling. */
import { basename } from 'node:path'

/** Frames that say how a call came about, not who made it. */
const PASSED_OVER = /node:|[\\/](?:@phial|packages)[\\/](?:core|xray)[\\/]/
const FRAME = /\(?((?:file:\/\/|\/|[A-Z]:\\)[^()]*?):(\d+):\d+\)?$/

/** `middleware.ts:18`, of the nearest caller outside of X-ray and the gateway. Empty if there is none. */
export function placeOfCaller(): string {
  const frames = stack().split('\n').slice(1)
  const frame = frames.find((one) => !PASSED_OVER.test(one))
  const [, path, row = ''] = FRAME.exec(frame ?? '') ?? []
  return path === undefined ? '' : `${basename(path.replace(/\?.*$/, ''))}:${row}`
}

function stack(): string {
  const holder = { stack: '' }
  Error.captureStackTrace(holder)
  return holder.stack
}
