import { describe, expect, test } from 'vitest'
import { endOf, type Death } from '../../../packages/server/src/supervisor/child.ts'

const death = (parts: Partial<Death>): Death => ({
  code: null,
  signal: null,
  stage: 'serving',
  killedFor: undefined,
  ...parts,
})

describe('endOf describes how a worker ended', () => {
  test.each([
    [{ code: 7 }, 'ended with exit code 7'],
    [{ signal: 'SIGSEGV' }, 'was killed by SIGSEGV; it used 80 MB'],
    [
      { signal: 'SIGKILL' },
      'was killed by SIGKILL, which this server did not send; it used 80 MB; perhaps the system ran out of memory',
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
