/** Media types worth compressing. */

const COMPRESSIBLE =
  /^text\/|^application\/(?:json|javascript|wasm|xml|rtf|vnd\.ms-fontobject)$|\+(?:json|xml|text)$|^font\/(?:ttf|otf)$|^image\/(?:bmp|x-icon|vnd\.microsoft\.icon)$/

/**
 * Reports whether bytes of a media type are worth compressing. Most images, fonts and videos are compressed already.
 *
 * ```ts
 * isCompressible('text/css; charset=utf-8') // true
 * isCompressible('image/png')               // false
 * ```
 */
export function isCompressible(type: string): boolean {
  const [bare = ''] = type.split(';')
  return COMPRESSIBLE.test(bare.trim().toLowerCase())
}
