/** Views that request the body immediately and await it later. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Phial, request, saveFile, sendFromDirectory } from 'phial'
import { schema } from './schema.ts'

export const app = new Phial(import.meta.url, {
  staticFolder: null,
  config: { MAX_CONTENT_LENGTH: 1000, MAX_FORM_MEMORY_SIZE: 1000 },
})

/** Every way to receive a promise from a request, or from a helper that depends on the client's data. */
const asks: Record<string, () => Promise<unknown>> = {
  json: () => request.json(),
  'json-force': () => request.json({ force: true }),
  'json-schema': () => request.json(schema),
  text: () => request.text(),
  bytes: () => request.bytes(),
  'array-buffer': () => request.arrayBuffer(),
  blob: () => request.blob(),
  'form-data': () => request.formData(),
  'form-data-schema': () => request.formData(schema),
  files: () => request.files(),
  form: () => request.form(schema),
  values: () => request.values(),
  reader: () => request.body.getReader().read(),
  iterator: () => request.body[Symbol.asyncIterator]().next(),
  'pipe-to': () => request.body.pipeTo(new WritableStream()),
  tee: () => request.body.tee()[0].getReader().read(),
  'save-file': () => saveFile(new Blob(['x']), `/dev/null/${request.path}`),
  'send-from-directory': () => sendFromDirectory('.', '../../none'),
}

app.post('/late/:ask', async ({ ask }) => {
  const promise = asks[ask]?.()
  // Looks up the user in a database.
  for (let at = 0; at < 30; at += 1) await readFile(fileURLToPath(import.meta.url))
  await promise
  return { pid: process.pid }
})

app.get('/pid', () => ({ pid: process.pid }))
app.get('/asks', () => Object.keys(asks))
