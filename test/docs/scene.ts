/** Declares the names that examples in doc comments use without a declaration, in addition to what the packages export. */
export const SCENE = `
import type { FileHandle } from 'node:fs/promises'
import type { Application, Environ, StartResponse } from '@phial/core'
import type { ClientAnswer, ClientRequest } from '@phial/core/conformance'
import type { BunServer, DenoInfo } from '@phial/core/platforms'
import type { Capture } from '@phial/xray'
import type { Blueprint, Phial, RequestContext, Response as PhialResponse, TestClient } from 'phial'

interface Row { id: number; title: string; html: string }

interface Rows extends Map<number, Row> {
  find(id: number): Row
  remove(id: number): void
}

declare global {
  // An app, and gateway applications.
  const app: Phial
  const site: Application
  const api: Application
  const helloWorld: Application
  const errorPage: (app: Application) => Application
  const load: () => Promise<Application>
  const hono: { fetch(request: Request): Promise<Response> }

  // A request and its response.
  let environ: Environ
  const startResponse: StartResponse
  const context: RequestContext
  let response: PhialResponse
  const error: Error
  const look: (chunk: Uint8Array) => void

  // A capture of X-ray.
  const capture: Capture

  // A server under test, and a client for it.
  const start: (app: Application) => Promise<{ close(): void }>
  const ask: (server: unknown, request: ClientRequest) => Promise<ClientAnswer>

  // Names from an app's own code.
  const blueprint: Blueprint
  const client: TestClient
  const posts: Rows
  const post: Row
  const id: number
  const name: string
  const password: string
  const user: { name: string; hash: string } | undefined
  const db: { addUser(name: string, hash: string): Promise<void> }
  const database: { stream(query: string): AsyncIterable<Row> }
  const queue: { add(work: () => unknown): void }
  const audit: (path: string) => void
  const count: (status: number) => void
  const sanitize: (html: string) => string
  const bytes: Uint8Array<ArrayBuffer>
  const report: string
  const table: string[]
  const uploads: string
  const xml: string
  const text: string
  const handle: FileHandle

  // Names from other packages.
  const z: typeof import('zod').z
  const http: typeof import('node:http')
  const join: typeof import('node:path').join
  const writeFile: typeof import('node:fs/promises').writeFile
  const express: typeof import('express').default
  const koa: import('koa')
  const expect: typeof import('vitest').expect
  const pino: Record<'info' | 'warn', (fields: object, message: string) => void>
  const Deno: { serve(handler: (request: Request, info: DenoInfo) => Promise<Response>): void }
  const Bun: { serve(options: { fetch: (request: Request, server: BunServer) => Promise<Response> }): void }
}
`
