#!/usr/bin/env node
// Before any import: what follows does not even parse on an older Node.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) {
  await import('../dist/main.js')
} else {
  process.stderr.write(
    `phial-server: Node 20.19 or newer is needed, this is Node ${process.versions.node}; see https://nodejs.org\n`,
  )
  process.exitCode = 1
}
