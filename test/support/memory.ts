/** Measures used memory, for tests that compare two ways within one run. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void

/** Returns how many bytes are in use after a garbage collection, on and off the heap. */
export function inUse(): number {
  collect()
  collect() // the memory of buffers is freed after a collection, not during it
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
