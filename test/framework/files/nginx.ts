/** The real nginx on a folder of files, for one test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, open, readAnswer } from '../../server/support/raw.ts'

/** Whether there is one; where there is none, it is said. */
export function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn('nginx is not compared with: there is none. Debian has it as nginx-light.')
    return false
  }
}

/** nginx with its own settings, but for what a test must not share: sockets, logs, processes. */
const settings = (folder: string, root: string): string => `
daemon off; master_process off; worker_processes 1; pid ${folder}/pid; error_log stderr notice;
events { worker_connections 64; }
http {
  access_log off; gzip_static on; gzip_vary on;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
  types { text/plain txt; text/css css; application/octet-stream bin; }
  server { listen unix:${folder}/nginx.sock; root ${root}; }
}`

export interface Nginx extends AsyncDisposable {
  /** Its socket. */
  readonly place: Place
}

/** Serves `root`; keeps its own files in `folder`. */
export async function startNginx(folder: string, root: string): Promise<Nginx> {
  mkdirSync(folder, { recursive: true })
  const config = join(folder, 'nginx.conf')
  writeFileSync(config, settings(folder, root))
  const args = ['-c', config, '-p', folder, '-e', 'stderr']
  const child = spawn('nginx', args, { stdio: ['ignore', 'ignore', 'pipe'] })
  await started(child)
  return {
    place: join(folder, 'nginx.sock'),
    async [Symbol.asyncDispose]() {
      const exit = once(child, 'exit')
      child.kill()
      await exit
    },
  }
}

/** A single process says how many files it may open once its sockets are there. */
function started(child: ChildProcess): Promise<void> {
  let said = ''
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`nginx did not start: ${said}`)))
    child.stderr?.on('data', (text: Buffer) => {
      said += String(text)
      if (said.includes('getrlimit')) resolve()
    })
  })
}

/** What a server answers to a request with such headers, read off the wire. */
export async function ask(
  place: Place,
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
): Promise<ReturnType<typeof readAnswer>> {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const connection = await open(place)
  connection.send(
    `${method} ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${lines.join('')}\r\n`,
  )
  await connection.closed
  return readAnswer(connection.received, method)
}
