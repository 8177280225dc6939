/** Runs Python's wsgiref for comparison, if Python is installed. Inputs and results are passed as JSON. */
import { spawnSync } from 'node:child_process'

export const hasPython: boolean = spawnSync('python3', ['--version']).status === 0

if (!hasPython) console.warn('Skipped the comparison with wsgiref: python3 is not installed.')

/** Runs a script that reads its inputs from `given` and assigns its results to `answers`. */
export function askPython(script: string, given: unknown): unknown {
  const source = `import json, sys\ngiven = json.load(sys.stdin)\n${script}\nprint(json.dumps(answers))`
  const { status, stdout, stderr } = spawnSync('python3', ['-c', source], {
    input: JSON.stringify(given),
    encoding: 'utf8',
    maxBuffer: 2 ** 26,
  })
  if (status !== 0) throw new Error(`python3 failed: ${stderr}`)
  return JSON.parse(stdout)
}
