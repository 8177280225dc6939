#!/usr/bin/env node
// Checked before any import, because an older Node cannot parse the imported files.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) {
  const { main } = await import('../dist/cli.js')
  // Exits instead of setting the exit code, because timers and connections of the application may keep the process alive.
  process.exit(await main(process.argv.slice(2), process.env))
} else {
  process.stderr.write(
    `phial-server: expected Node 20.19 or newer, this is Node ${process.versions.node}; see https://nodejs.org\n`,
  )
  process.exitCode = 1
}
