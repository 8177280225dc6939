/** Before `docs:start`: says what to do if there is no site to serve. */
import { existsSync } from 'node:fs'

if (!existsSync(new URL('../dist/404.html', import.meta.url))) {
  console.error('The docs site has not been built. Build it first: npx -y pnpm@12 docs:build')
  process.exitCode = 1
}
