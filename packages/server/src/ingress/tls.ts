/** TLS for `--certfile` and `--keyfile`. The certificate can be replaced at run time. */
import { readFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { createSecureContext, TLSSocket, type SecureContext } from 'node:tls'
import { StartError, exitCodes } from '../errors.ts'

/** The files of the certificate and its key, in PEM. */
export interface TlsFiles {
  readonly certfile: string
  /** Default: `certfile`, which may contain both. */
  readonly keyfile?: string | undefined
}

/** Creates TLS sockets from raw sockets. */
export interface Tls {
  /** Starts a handshake. The socket emits `secure` once it has completed, or closes if it fails. */
  open(socket: Socket): TLSSocket
  /** Reads the files again for new connections. Throws a {@link StartError}, and keeps the old certificate, on failure. */
  reload(): void
}

/**
 * Creates the TLS side of a server, which selects HTTP/1.1 by ALPN. Throws a {@link StartError} if a file is missing or
 * invalid, or if the certificate and the key do not match.
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

/** Reads the certificate and its key, and checks that they match. */
function readFiles({ certfile, keyfile = certfile }: TlsFiles): SecureContext {
  const [cert, key] = [read('certfile', certfile), read('keyfile', keyfile)]
  try {
    return createSecureContext({ cert, key, honorCipherOrder: true })
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw failure(
      `--certfile ${certfile}, --keyfile ${keyfile}: expected a certificate and its key in PEM: ${why}`,
    )
  }
}

function read(option: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const isMissing = error instanceof Error && 'code' in error && error.code === 'ENOENT'
    const why = isMissing ? 'the file does not exist' : 'the file cannot be read'
    throw failure(`--${option} ${path}: ${why}`)
  }
}

function failure(message: string): StartError {
  return new StartError(exitCodes.configuration, message)
}
