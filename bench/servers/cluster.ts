/** `node:http` that answers with its process id: in one process, or in `WORKERS` of Node's cluster with a shared socket. */
import cluster from 'node:cluster'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const workers = Number(process.env['WORKERS'] ?? 0)

if (cluster.isPrimary && workers > 0) {
  cluster.schedulingPolicy = cluster.SCHED_NONE
  const started = Array.from({ length: workers }, () => cluster.fork())
  const addresses = await Promise.all(
    started.map((worker) => once(worker, 'listening') as Promise<[AddressInfo]>),
  )
  console.log(`http://127.0.0.1:${addresses[0]?.[0].port ?? 0}/`)
} else {
  const body = String(process.pid)
  const headers = ['Content-Type', 'text/plain', 'Content-Length', String(body.length)]
  const server = createServer((_request, response) => {
    response.writeHead(200, headers)
    response.end(body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  if (cluster.isPrimary) console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
}
