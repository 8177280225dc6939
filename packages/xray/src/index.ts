/**
 * Draws a request on its way through the layers of an application, for development and teaching.
 *
 * @module @phial/xray
 */
export { xray, type XrayOptions } from './xray.ts'
export { record } from './record.ts'
export {
  differences,
  lacks,
  readCapture,
  replay,
  requestOf,
  type Capture,
  type SentAgain,
} from './replay.ts'
export { testOf, type Imported } from './to-test.ts'
export { drawText } from './text.ts'
export { picturePage } from './page/picture-page.ts'
export { describeValue } from './values.ts'
export type { Sources } from './place.ts'
export type { CapturedBody, Change, Chunk, Layer, LayerEvent, Picture } from './picture.ts'
