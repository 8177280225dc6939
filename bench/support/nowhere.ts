/** A server that discards the answer, so that only the gateway is measured. */
import { emptyInput, errorStream, type ResponseWriter } from '@phial/core'

export const nowhere: ResponseWriter = {
  writeHead: () => undefined,
  write: () => undefined,
  end: () => undefined,
  destroy: (error) => {
    throw error
  },
}
export const errors = errorStream(() => undefined)
export const input = emptyInput()
