/** A master with workers, as a client and an operator see them. */
import { readFileSync, readdirSync, readlinkSync } from 'node:fs'
import type { Command } from './command.ts'
import { exchange, open, readAnswer, request } from './raw.ts'

/** Asks over a fresh connection; the body of the answer. */
export async function ask(port: number | string, path = '/'): Promise<string> {
  const asked = request([`GET ${path} HTTP/1.1`, 'Host: a', 'Connection: close'])
  return readAnswer(await exchange(port, asked)).body
}

/** The process ids of those that answer, asked so often over fresh connections, some at a time, with how many answers each gave. */
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

/** What a pattern's parentheses found, each time that it came. */
export function said(command: Command, pattern: RegExp): string[] {
  const text = command.stdout + command.stderr
  return [...text.matchAll(new RegExp(pattern, 'g'))].map(([whole, part]) => part ?? whole)
}

/** The processes that a process has started and that still run, zombies among them. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid)
}

/** Whether a process is there, alive. */
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

/** The TCP ports at which a process or its children listen. */
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
      return [] // closed meanwhile
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
