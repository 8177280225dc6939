/** When workers are replaced: after how many requests, and how long after a crash. */

/** What spreads best over any number of turns: the golden ratio's fraction. */
const GOLDEN = 0.618_033_988_749_895

/**
 * After how many requests the n-th worker asks to be replaced: `maxRequests` and a share of `jitter`
 * that differs as much as can be from the shares before it. Not diced, so that no two workers leave
 * together by chance. 0, which is never, if there is no `maxRequests`, whatever the jitter.
 */
export function requestLimit(n: number, maxRequests: number, jitter: number): number {
  if (maxRequests === 0) return 0
  return maxRequests + Math.floor(((n * GOLDEN) % 1) * (jitter + 1))
}

/**
 * Whether it is time to ask for a successor, so that it is there when the limit is reached. It needs
 * about as long as this worker needed to boot: in the second half it is time when the limit comes before
 * that at the present pace, in the last tenth always.
 *
 * @param pace requests in each millisecond
 * @param bootTime in milliseconds
 */
export function isTired(done: number, limit: number, pace: number, bootTime: number): boolean {
  if (limit === 0) return false
  const left = limit - done
  return left <= limit / 10 || (left <= limit / 2 && left <= pace * bootTime * 2)
}

const LONGEST = 10_000

/** How long to wait, in milliseconds, before a worker is started after so many that died young, one after another. */
export function backOff(youngDeaths: number): number {
  return youngDeaths <= 1 ? 0 : Math.min(LONGEST, 100 * 2 ** (youngDeaths - 2))
}

/** In seconds: loading takes what it takes. */
const LEAST_BOOT_TIME = 30

/** How long, in seconds, a worker may take until it is ready: `timeout`, but never too little for loading; 0 is forever. */
export function bootLimit(timeout: number): number {
  return timeout === 0 ? 0 : Math.max(timeout, LEAST_BOOT_TIME)
}
