/** Helpers for tests of a master with workers. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { Command } from './command.ts'
import { exchange, open, readAnswer, request } from './raw.ts'

/** Sends a request over a new connection. Resolves with the response body. */
export async function ask(port: number | string, path = '/'): Promise<string> {
  const asked = request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
  return readAnswer(await exchange(port, asked)).body
}

/** Sends requests over new connections, 20 at a time. Resolves with the number of responses by process id. */
export async function whoAnswers(port: number, times: number): Promise<Map<number, number>> {
  const counts = new Map<number, number>()
  let left = times
  const client = async (): Promise<void> => {
    while (left-- > 0) {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const pid = Number(await ask(port, '/pid'))
      counts.set(pid, (counts.get(pid) ?? 0) + 1)
    }
  }
  await Promise.all(Array.from({ length: 20 }, client))
  return counts
}

/** Returns the first group of each match of a pattern in the output. */
export function said(command: Command, pattern: RegExp): string[] {
  const text = command.stdout + command.stderr
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(([whole, part]) => part ?? whole)
}

/** Returns the child processes of a process, including zombies. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid)
}

/** Whether a process is running. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
  } catch {
    return undefined
  }
}

/** Returns the TCP ports at which a process or its children listen. */
export function listeners(pid: number): number[] {
  const inodes = new Set([pid, ...childrenOf(pid)].flatMap(socketsOf))
  const lines = readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)
  return lines.flatMap((line) => {
    const [, local = '', , state, , , , , , inode = ''] = line.trim().split(/\s+/)
    return state === '0A' && inodes.has(inode) ? [parseInt(local.slice(9), 16)] : []
  })
}

function socketsOf(pid: number): string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${fd}`))?.[1] ?? []
    } catch {
      return [] // closed in the meantime
    }
  })
}

/** Waits until a port refuses connections. */
export async function refused(port: number): Promise<void> {
  for (;;) {
    try {
      // oxlint-disable-next-line no-await-in-loop -- one after another
      const connection = await open(port)
      connection.socket.destroy()
    } catch {
      return
    }
  }
}
