/**
 * Builds dist/, which `npm start` serves: the compiled code and the folders that it reads.
 * With --if-missing, creates only what `npm start` needs and does not exist: dist/, and .env from .env.example.
 */
import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, existsSync, rmSync } from 'node:fs'

const folders = []

if (process.argv.includes('--if-missing') && !existsSync('.env'))
  copyFileSync('.env.example', '.env')

if (!process.argv.includes('--if-missing') || !existsSync('dist')) {
  rmSync('dist', { recursive: true, force: true })
  const tsc = 'node_modules/typescript/bin/tsc'
  const { status } = spawnSync(process.execPath, [tsc, '-p', 'tsconfig.build.json'], {
    stdio: 'inherit',
  })
  for (const folder of status === 0 ? folders : [])
    cpSync(folder, `dist/${folder}`, { recursive: true })
  process.exitCode = status ?? 1
}
