/** Runs before `docs:start`: fails with a message if the site has not been built. */
import { existsSync } from 'node:fs'

if (!existsSync(new URL('../dist/404.html', import.meta.url))) {
  console.error('The docs site has not been built. Build it first: npx -y pnpm@12 docs:build')
  process.exitCode = 1
}
