import { Phial } from 'phial'
import { expect, test, vi } from 'vitest'

const app = new Phial(import.meta.url)
app.cli.command('talk', 'Talks', async (_, { echo }) => {
  echo('one')
  echo('two', { err: true })
  await new Promise(setImmediate)
  echo('three')
})
const failure = new Error('Out of tea')
app.cli.command('fail', 'Fails', (_, { echo }) => {
  echo('Trying')
  throw failure
})

test('invoke captures the output, and prints nothing', async () => {
  const write = vi.spyOn(process.stdout, 'write')
  const result = await app.testCliRunner().invoke(['talk'])
  expect(write).not.toHaveBeenCalled()
  write.mockRestore()
  expect(result).toEqual({
    exitCode: 0,
    output: 'one\ntwo\nthree\n',
    stdout: 'one\nthree\n',
    stderr: 'two\n',
    error: undefined,
  })
})

test('invoke returns an error of the command instead of throwing it', async () => {
  expect(await app.testCliRunner().invoke(['fail'])).toEqual({
    exitCode: 1,
    output: 'Trying\n',
    stdout: 'Trying\n',
    stderr: '',
    error: failure,
  })
})

test('concurrent calls of invoke capture their own output', async () => {
  const runner = app.testCliRunner()
  const [one, other] = await Promise.all([runner.invoke(['talk']), runner.invoke(['talk'])])
  expect(one.output).toBe('one\ntwo\nthree\n')
  expect(other.output).toBe(one.output)
})
