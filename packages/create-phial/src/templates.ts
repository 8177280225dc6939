/** A template, in the order of the prompt. */
export interface Template {
  readonly name: string
  /** A short description. */
  readonly hint: string
}

export const templates: readonly Template[] = [
  { name: 'minimal', hint: 'a page, a form, JSON and a test: start here' },
  { name: 'site', hint: 'a small site: forms, uploads, sessions, an error page' },
  { name: 'blog', hint: 'accounts, posts, and a database' },
  { name: 'api', hint: 'JSON, schemas, OpenAPI, and a database' },
  { name: 'deploy', hint: 'two servers: nginx, sessions in Redis, Compose, Kubernetes' },
  { name: 'gateway', hint: 'no framework: functions on the bare gateway, and middleware' },
  { name: 'ladder', hint: 'a lesson: one guest book, from a function to Phial' },
]

/** The template that is used if none is named. */
export const defaultTemplate = 'minimal'

export const templateNames: readonly string[] = templates.map(({ name }) => name)
