/** Which types of bytes become smaller. */

const COMPRESSIBLE =
  /^text\/|^application\/(?:json|javascript|wasm|xml|rtf|vnd\.ms-fontobject)$|\+(?:json|xml|text)$|^font\/(?:ttf|otf)$|^image\/(?:bmp|x-icon|vnd\.microsoft\.icon)$/

/**
 * Whether bytes of a media type become smaller when they are compressed. Most images, fonts and films
 * are compressed already.
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
