/** Lets a server's process be asked for its memory: `collect` after all garbage is gone, `look` as it is. */
process.on('message', (asked) => {
  if (asked === 'collect') for (let time = 0; time < 3; time++) globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.channel?.unref()
