/** An application for `phial-server`. */
import { Phial } from 'phial'

export const app: Phial = new Phial(import.meta.url, { staticFolder: null })
app.get('/', () => 'Hello world\n')
