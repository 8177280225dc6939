/** Debian's nginx: alone, or with fcgiwrap, which runs a CGI program for each request. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, watch } from 'node:fs'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Command } from './command.ts'

/** A web server that listens on a unix socket. */
export interface CgiServer {
  readonly socket: string
  [Symbol.asyncDispose](): Promise<void>
}

/** Serves a program. `params` are additional lines of nginx's `fastcgi_param`. */
export async function cgiServer(program: string, params: readonly string[]): Promise<CgiServer> {
  const folder = await mkdtemp(join(tmpdir(), 'phial-cgi-'))
  const at = (name: string): string => join(folder, name)
  await writeFile(at('app.cgi'), `#!/bin/sh\nexec ${process.execPath} ${program}\n`)
  await chmod(at('app.cgi'), 0o755)
  await writeFile(at('nginx.conf'), config(at, params))
  const wrap = spawn('fcgiwrap', ['-c', '4', '-s', `unix:${at('fcgi.sock')}`], {
    detached: true, // a process group with its children, so that all of them can be ended
    stdio: 'ignore',
  })
  await appears(folder, 'fcgi.sock')
  const nginx = spawn('nginx', ['-p', folder, '-c', at('nginx.conf'), '-e', 'stderr'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  await says(nginx, 'start worker process ')
  const dispose = async (): Promise<void> => {
    const ended = Promise.all([once(nginx, 'close'), once(wrap, 'close')])
    nginx.kill('SIGQUIT')
    process.kill(-(wrap.pid ?? 0), 'SIGTERM')
    await ended
    await rm(folder, { recursive: true })
  }
  return { socket: at('http.sock'), [Symbol.asyncDispose]: dispose }
}

function config(at: (name: string) => string, params: readonly string[]): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  return `
daemon off;
${process.getuid?.() === 0 ? 'user root;' : ''}
error_log stderr notice;
pid ${at('nginx.pid')};
worker_processes 1;
events {}
http {
  access_log off;
  merge_slashes off;
  ${temporary.map((name) => `${name}_temp_path ${at(name)};`).join('\n  ')}
  server {
    listen unix:${at('http.sock')};
    location / {
      fastcgi_pass unix:${at('fcgi.sock')};
      fastcgi_buffering off;
      fastcgi_request_buffering off;
      fastcgi_param SCRIPT_FILENAME ${at('app.cgi')};
      fastcgi_param GATEWAY_INTERFACE CGI/1.1;
      fastcgi_param REQUEST_METHOD $request_method;
      fastcgi_param SCRIPT_NAME "";
      fastcgi_param PATH_INFO $uri;
      fastcgi_param QUERY_STRING $query_string;
      fastcgi_param REQUEST_URI $request_uri;
      fastcgi_param CONTENT_TYPE $content_type;
      fastcgi_param CONTENT_LENGTH $content_length;
      fastcgi_param SERVER_PROTOCOL $server_protocol;
      fastcgi_param SERVER_NAME localhost;
      fastcgi_param SERVER_PORT 80;
      fastcgi_param REMOTE_ADDR 127.0.0.1;
      fastcgi_param REMOTE_PORT 50000;
      ${params.map((line) => `fastcgi_param ${line};`).join('\n      ')}
    }
  }
}
`
}

/** Runs nginx in the foreground with the contents of an `http` block, in a writable folder. */
export async function nginx(folder: string, http: string): Promise<Command> {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
  await writeFile(
    join(folder, 'nginx.conf'),
    `daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr notice;
    events {}
    http {
      access_log off;
      ${temporary.map((name) => `${name}_temp_path ${folder}/${name};`).join(' ')}
      ${http}
    }`,
  )
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf')]
  const command = new Command(spawn('nginx', args, { stdio: ['ignore', 'pipe', 'pipe'] }))
  await command.says('getrlimit') // the last line before it serves; it already listens
  return command
}

/** Resolves with a port that is currently free. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Waits until a file exists. */
function appears(folder: string, name: string): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (!existsSync(join(folder, name))) return
      watcher.close()
      resolve()
    }
    const watcher = watch(folder, look)
    look()
  })
}

async function says(child: ChildProcess, text: string): Promise<void> {
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (said.includes(text)) resolve()
    })
    child.once('close', () => reject(new Error(`nginx ended:\n${said}`)))
  })
}

/** Whether nginx and fcgiwrap are installed. */
export function hasCgiServer(): boolean {
  try {
    execFileSync('nginx', ['-v'], { stdio: 'ignore' })
    execFileSync('fcgiwrap', ['-h'], { stdio: 'ignore' })
    return true
  } catch {
    console.warn(
      'CGI is not tested under a web server. Install nginx and fcgiwrap, which are packages of Debian.',
    )
    return false
  }
}
