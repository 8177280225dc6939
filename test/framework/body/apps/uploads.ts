/** Stores uploads, and reports the peak memory of the process. */
import { join } from 'node:path'
import { Phial, request, saveFile, secureFilename } from 'phial'

export const app = new Phial(import.meta.url, { staticFolder: null })

const keep = async (): Promise<object> => {
  const file = (await request.formData()).requireFile('file')
  const path = join(process.env['UPLOADS'] ?? '', secureFilename(file.name))
  await saveFile(file, path)
  return { path, size: file.size }
}

app.post('/', keep)
app.post('/cut', keep)

app.get('/pid', () => ({ pid: process.pid }))

/** In bytes. */
app.get('/peak', () => ({ peak: process.resourceUsage().maxRSS * 1024 }))

// The last step of a request: its temporary files are removed by then.
app.teardownAppContext(() => console.log(`${request.path} is over`))
