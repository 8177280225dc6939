/** Keeps what is uploaded, and says how much memory the process has taken at most. */
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

// The last thing that a request does: its temporary files are gone by then.
app.teardownAppContext(() => console.log(`${request.path} is over`))
