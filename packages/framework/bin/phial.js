#!/usr/bin/env node
const [major, minor] = process.versions.node.split('.').map(Number)
if (major > 20 || (major === 20 && minor >= 19)) await import('../dist/program/main.js')
else {
  console.error(
    `phial: Phial needs Node.js 20.19 or later. This is ${process.version}: https://nodejs.org`,
  )
  process.exitCode = 1
}
