import { describe, expect, test } from 'vitest'
import { endOf, type Death } from '../../../packages/server/src/supervisor/child.ts'

const death = (parts: Partial<Death>): Death => ({
  code: null,
  signal: null,
  stage: 'serving',
  killedFor: undefined,
  ...parts,
})

describe('how a worker ended, as a sentence goes on', () => {
  test.each([
    [{ code: 7 }, 'ended with exit code 7'],
    [{ signal: 'SIGSEGV' }, 'was killed by SIGSEGV; it held 80 MB'],
    [
      { signal: 'SIGKILL' },
      'was killed by SIGKILL, not by this server; it held 80 MB: somebody did, or the system was short of memory',
    ],
    [{ signal: 'SIGKILL', killedFor: 'it hung' }, 'was killed: it hung'],
    [{ fault: 'spawn ENOENT' }, 'could not be started: spawn ENOENT'],
    [
      { fault: 'spawn EMFILE' },
      'could not be started: spawn EMFILE; raise the limit of open files (ulimit -n)',
    ],
  ] satisfies [Partial<Death>, string][])('%j: %s', (parts, sentence) => {
    expect(endOf(death(parts), 80 * 2 ** 20)).toBe(sentence)
  })
})
