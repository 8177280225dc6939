import { CommandGroup } from 'phial'
import { describe, expect, test } from 'vitest'
import { addExplain, explain } from '../../packages/cli/src/explain.ts'
import { make } from '../framework/support.ts'

const invoke = (words: string[]) => {
  const app = make()
  addExplain(app.cli)
  return app.testCliRunner().invoke(['explain', ...words])
}

describe('phial explain', () => {
  test('prints the meaning of a code, an example and a remedy', async () => {
    const { stdout, exitCode } = await invoke(['ERR_PHIAL_ENDPOINT_TAKEN'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(
      /^ERR_PHIAL_ENDPOINT_TAKEN\n\nTwo views have .*\n\n {4}app\.get\('\/', function home.*\n {4}app\..*\n\nRename .*\n$/,
    )
  })

  test.each(['endpoint-taken', 'Endpoint_Taken', 'err_phial_endpoint_taken'])(
    'accepts the spelling %s',
    (written) => {
      expect(explain(written)).toBe(explain('ERR_PHIAL_ENDPOINT_TAKEN'))
    },
  )

  test('explains a rule of the gateway', async () => {
    const { stdout } = await invoke(['app-1'])
    expect(stdout).toMatch(/^APP-1, a rule of the gateway\n\n/)
  })

  test('lists all codes', async () => {
    const { stdout } = await invoke([])
    expect(stdout.split('\n')).toContain('ERR_PHIAL_ENDPOINT_TAKEN')
    expect(stdout).not.toContain('undefined')
  })

  test('suggests the nearest codes for an unknown one', async () => {
    const { stderr, exitCode } = await invoke(['ERR_PHIAL_ENDPOINT_TAKE'])
    expect(exitCode).toBe(2)
    expect(stderr).toContain(
      'Unknown error code ERR_PHIAL_ENDPOINT_TAKE. Did you mean ERR_PHIAL_ENDPOINT_TAKEN',
    )
    expect((await invoke(['x'])).stderr).toContain('Run phial explain to list all codes.')
  })

  test('can be added to any group', () => {
    const group = new CommandGroup()
    addExplain(group)
    expect([...group.commands.keys()]).toEqual(['explain'])
  })
})
