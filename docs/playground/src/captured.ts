/** A request that X-ray captured on a server: what `Save for replay` and `phial xray --json` write. */
import { readCapture, requestOf, type Picture } from '@phial/xray'
import type { Request } from './protocol.ts'

export interface Captured {
  readonly request: Request
  /** What the server did with it, if the capture says that. */
  readonly picture: Picture | undefined
}

/** Reads a capture; a sentence if it is none. */
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
