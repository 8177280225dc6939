/** A request that X-ray captured on a server, as written by `Save for replay` and `phial xray --json`. */
import { readCapture, requestOf, type Picture } from '@phial/xray'
import type { Request } from './protocol.ts'

export interface Captured {
  readonly request: Request
  /** How the server handled it, if the capture contains that. */
  readonly picture: Picture | undefined
}

/** Parses a capture. Returns an error message if the text is not a capture. */
export function readCaptured(text: string): Captured | string {
  try {
    const capture = readCapture(text)
    const { method, path, headers, body } = requestOf(capture)
    return {
      request: { method, target: path, headers, body: new TextDecoder().decode(body) },
      picture: 'top' in capture && 'id' in capture ? (capture as unknown as Picture) : undefined,
    }
  } catch (error) {
    return error instanceof Error ? `${error.message}.` : String(error)
  }
}
