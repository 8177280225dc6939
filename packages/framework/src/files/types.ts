/** What kind of file a name is, by its ending. */
import { lookup } from 'mrmime'

/** The media type of a file's name, or that of bytes which nobody knows more about. */
export function typeOf(name: string): string {
  return lookup(name) ?? 'application/octet-stream'
}

const COMPRESSIBLE =
  /^text\/|^application\/(?:json|javascript|manifest\+json|wasm|xml|rtf|vnd\.ms-fontobject)$|\+(?:json|xml|text)$|^font\/(?:ttf|otf)$|^image\/(?:bmp|x-icon)$/

/** Whether files of a type become smaller when they are compressed. Most images, fonts and films are already. */
export function isCompressible(type: string): boolean {
  return COMPRESSIBLE.test(type)
}
