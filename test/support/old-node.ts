/** Runs a command of ours as an old Node would: it sees another version of Node, and nothing else differs. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs the command in a file with `--help`, as Node of the version. Resolves to what it prints to standard error. */
export async function onNode(version: string, file: string): Promise<string> {
  const versions = `Object.defineProperty(process, 'versions', { value: { node: '${version}' } })`
  const one = `Object.defineProperty(process, 'version', { value: 'v${version}' })`
  const preload = `data:text/javascript,${encodeURIComponent(`${versions}\n${one}`)}`
  const { stderr } = await execute(process.execPath, ['--import', preload, file, '--help']).catch(
    (error: { code: number; stderr: string }) => {
      if (error.code !== 1) throw error
      return error
    },
  )
  return stderr
}
