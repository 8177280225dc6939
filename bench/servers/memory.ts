/** Reports the memory of a server's process on request: `collect` after a garbage collection, `look` without one. */
process.on('message', (asked) => {
  if (asked === 'collect') for (let time = 0; time < 3; time++) globalThis.gc?.()
  process.send?.(process.memoryUsage())
})
process.channel?.unref()
