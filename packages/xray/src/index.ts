export { xray, type XrayOptions } from './xray.ts'
export { record } from './record.ts'
export { drawText } from './text.ts'
export type { Change, Chunk, Layer, LayerEvent, Picture } from './picture.ts'
