/** Combines several applications: a dispatcher is an application too, and so is each middleware around it. */
import { dispatcher, type Application } from '@phial/core'
import { showEnviron } from './environ.ts'
import { helloWorld } from './get_started.ts'
import { home } from './home.ts'
import { correctedErrorPage } from './middleware.ts'
import { files, withHead } from './pages.ts'
import { application as pages } from './url_dispatch.ts'

/** The first page, and the pages of `url_dispatch.ts` at all other paths. */
const front: Application = (environ, startResponse) =>
  /^\/?$/.test(environ.PATH_INFO) ? home(environ, startResponse) : pages(environ, startResponse)

/** SCRIPT_NAME is the path at which an application is mounted, PATH_INFO the rest of the path. */
const site = dispatcher(front, { '/greet': helloWorld, '/environ': showEnviron, '/static': files })

export const app: Application = correctedErrorPage(withHead(site))
