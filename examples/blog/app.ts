import { join } from 'node:path'
import { HTTPException, keptSecret, Phial, renderTemplate } from 'phial'
import { databaseUrl } from './model/database.ts'
import { excerpt, renderMarkdown } from './model/markdown.ts'
import { accounts, loadUser } from './views/accounts.ts'
import { posts } from './views/posts.ts'
import { writing } from './views/writing.ts'

export const app = new Phial(import.meta.url, {
  config: {
    MIGRATIONS: join(import.meta.dirname, 'migrations'),
  },
})
// Any setting may come from the environment: PHIAL_SECRET_KEY, PHIAL_TRUSTED_HOSTS='["example.com"]', …
app.config.fromPrefixedEnv()
app.config.SECRET_KEY ??= keptSecret(app.instancePath)
app.config.DATABASE_URL ??= databaseUrl(app.instancePath)

app.beforeRequest(loadUser)
app.registerBlueprint(posts)
app.registerBlueprint(writing)
app.registerBlueprint(accounts)

app.templateFilter('markdown', renderMarkdown)
app.templateFilter('excerpt', (text: string) => excerpt(text))
app.templateFilter('day', (time: string) =>
  new Date(time).toLocaleDateString('en-GB', { dateStyle: 'long', timeZone: 'UTC' }),
)

// The page for every error, with the error's own status.
app.errorHandler(HTTPException, (error) => renderTemplate('error', { error }))
