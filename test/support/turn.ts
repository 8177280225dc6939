/** Lets everything happen that waits for nothing else: a turn of the event loop, after all its promises. */
export const turn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })
