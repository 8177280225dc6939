/** `--certfile` and `--keyfile`: TLS, with a certificate that can be changed while it is used. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls'
import { StartError, exitCodes } from '../errors.ts'

/** Where certificate and key are, in PEM. */
export interface TlsFiles {
  readonly certfile: string
  /** The certificate's file, if not given: it may hold both. */
  readonly keyfile?: string | undefined
}

/** Makes secure sockets of raw ones. */
export interface Tls {
  /** Begins a handshake: `secure` follows once it is through. A client that speaks no TLS costs its connection only. */
  open(socket: Socket): TLSSocket
  /** Reads the files anew, for the connections to come. A {@link StartError} leaves what was there. */
  reload(): void
}

/**
 * Makes the TLS side of a server, which agrees on HTTP/1.1 by ALPN. Throws a {@link StartError} for
 * files that are missing, broken, or do not belong together.
 */
export function openTls(files: TlsFiles): Tls {
  let secureContext = readFiles(files)
  return {
    open: (socket) =>
      new TLSSocket(socket, { isServer: true, secureContext, ALPNProtocols: ['http/1.1'] }),
    reload: () => {
      secureContext = readFiles(files)
    },
  }
}

/** A certificate with its key, which have been seen to belong together. */
function readFiles({ certfile, keyfile = certfile }: TlsFiles): SecureContext {
  const [cert, key] = [read('certfile', certfile), read('keyfile', keyfile)]
  try {
    return createSecureContext({ cert, key, honorCipherOrder: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw failure(`${certfile} and ${keyfile} are no certificate with its key, in PEM: ${why}`)
  }
}

function read(option: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const why = isMissing ? 'there is no such file' : 'it cannot be read'
    throw failure(`--${option} ${path}: ${why}`)
  }
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
