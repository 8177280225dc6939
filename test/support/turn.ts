/** Waits for one turn of the event loop, so that all pending promises and callbacks run. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
