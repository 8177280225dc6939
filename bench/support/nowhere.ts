/** A server that sends nothing anywhere, so that what is measured is the gateway alone. */
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
