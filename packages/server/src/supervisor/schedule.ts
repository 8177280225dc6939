/** Decides when a worker is replaced: after how many requests, and how long after a crash. */

/** The fraction of the golden ratio, whose multiples are spread evenly for any number of workers. */
const GOLDEN = 0.618_033_988_749_895

/**
 * Returns the number of requests after which the n-th worker asks to be replaced: `maxRequests` plus a share of `jitter`
 * that differs from the previous shares as much as possible. It is not random, so that no two workers exit at the same
 * time by chance. Returns 0, which means never, if `maxRequests` is 0.
 */
export function requestLimit(n: number, maxRequests: number, jitter: number): number {
  if (maxRequests === 0) return 0
  return maxRequests + Math.floor(((n * GOLDEN) % 1) * (jitter + 1))
}

/**
 * Reports whether it is time to ask for a successor, so that it is ready when the limit is reached. A successor takes
 * about as long to boot as this worker did. In the second half of its requests, a worker asks if it would reach the limit
 * within twice that time at its current pace. In the last tenth, it always asks.
 *
 * @param pace the number of requests per millisecond
 * @param bootTime in milliseconds
 */
export function isReplacementDue(
  done: number,
  limit: number,
  pace: number,
  bootTime: number,
): boolean {
  if (limit === 0) return false
  const left = limit - done
  return left <= limit / 10 || (left <= limit / 2 && left <= pace * bootTime * 2)
}

/** The longest delay of {@link backOff}, in milliseconds. */
const LONGEST = 10_000

/** Returns the delay before a worker is started after consecutive early deaths, in milliseconds. */
export function backOff(earlyDeaths: number): number {
  return earlyDeaths <= 1 ? 0 : Math.min(LONGEST, 100 * 2 ** (earlyDeaths - 2))
}

/** The minimum of {@link bootLimit}, in seconds, because loading an application takes time. */
const LEAST_BOOT_TIME = 30

/** Returns how long a worker may take to become ready, in seconds: `timeout`, but at least 30; 0 means no limit. */
export function bootLimit(timeout: number): number {
  return timeout === 0 ? 0 : Math.max(timeout, LEAST_BOOT_TIME)
}
