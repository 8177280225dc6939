/** Three applications as one: a table of addresses is an application too, and so is what stands around it. */
import { dispatcher, type Application } from '@phial/core'
import { showEnviron } from './environ.ts'
import { helloWorld } from './get_started.ts'
import { mendedErrorPage } from './middleware.ts'
import { application as pages } from './url_dispatch.ts'

/** What led to an application is in its SCRIPT_NAME, and the rest of the path in PATH_INFO. */
const site = dispatcher(pages, { '/greet': helloWorld, '/environ': showEnviron })

export const app: Application = mendedErrorPage(site)
