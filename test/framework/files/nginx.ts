/** Runs nginx on a folder of files, for one test. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Place, open, readAnswer } from '../../server/support/raw.ts'

/** Reports whether nginx is installed, and warns if it is not. */
export function hasNginx(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn(
      'The comparison with nginx is skipped, because nginx is not installed. The Debian package is nginx-light.',
    )
    return false
  }
}

/** Default settings, except for sockets, logs and processes, which tests must not share. */
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

/** Serves `root`, with temporary files in `folder`. */
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

/** Resolves once nginx logs its limit of open files, which it does after it has opened its sockets. */
function started(child: ChildProcess): Promise<void> {
  let log = ''
  return new Promise((resolve, reject) => {
    child.once('exit', () => reject(new Error(`nginx did not start: ${log}`)))
    child.stderr?.on('data', (text: Buffer) => {
      log += String(text)
      if (log.includes('getrlimit')) resolve()
    })
  })
}

/** Sends a request, and returns the response as received. */
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
