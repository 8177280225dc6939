/** A conformance case as a CGI program. The environment variable `CASE` selects it. */
import { validator } from '@phial/core'
import { serverCases } from '@phial/core/conformance'
import { CgiHandler } from '@phial/server'

const one = serverCases[Number(process.env.CASE)]
await new CgiHandler().run(validator(one.app()))
