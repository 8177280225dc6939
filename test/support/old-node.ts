/** Runs one of our commands with a faked version of Node. Nothing else differs. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs the command in a file with `--help`, as if on this version of Node. Resolves to its standard error. */
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
