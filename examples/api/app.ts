import { join } from 'node:path'
import {
  abort,
  HTTPException,
  int,
  makeResponse,
  Phial,
  renderTemplate,
  request,
  Response,
  urlFor,
} from 'phial'
import { databaseUrl } from './model/database.ts'
import {
  addTask,
  changeTask,
  deleteTask,
  findTask,
  listing,
  listTasks,
  newTask,
  taskChanges,
} from './model/tasks.ts'
import { describe } from './openapi.ts'
import { readQuery } from './query.ts'

export const app = new Phial(import.meta.url, {
  config: {
    MIGRATIONS: join(import.meta.dirname, 'migrations'),
  },
})
// Any setting may come from the environment: PHIAL_TRUSTED_HOSTS='["example.com"]', …
app.config.fromPrefixedEnv()
app.config.DATABASE_URL ??= databaseUrl(app.instancePath)

const byId = { params: { id: int } }

app.get('/tasks', { endpoint: 'listTasks' }, async () => ({
  tasks: await listTasks(readQuery(listing)),
}))

app.post('/tasks', { endpoint: 'addTask' }, async () => {
  const task = await addTask(await request.json(newTask))
  return makeResponse(task, 201, { Location: urlFor('getTask', { id: task.id }) })
})

app.get('/tasks/:id', { ...byId, endpoint: 'getTask' }, async ({ id }) => {
  return (await findTask(id)) ?? abort(404, missing(id))
})

app.patch('/tasks/:id', { ...byId, endpoint: 'changeTask' }, async ({ id }) => {
  const changes = await request.json(taskChanges)
  return (await changeTask(id, changes)) ?? abort(404, missing(id))
})

app.delete('/tasks/:id', { ...byId, endpoint: 'deleteTask' }, async ({ id }) => {
  if (!(await deleteTask(id))) abort(404, missing(id))
  return new Response(null, { status: 204 })
})

// The description of the API, for programs and for people.
app.get('/openapi.json', { endpoint: 'openapi' }, () => describe(request.rootUrl))

app.get('/', { endpoint: 'index' }, () =>
  renderTemplate('index', { api: describe(request.rootUrl), root: request.rootUrl }),
)

// Every error is problem details (RFC 9457), even for clients that do not ask for JSON.
app.errorHandler(HTTPException, (error) => {
  const { name: title, code: status, description: detail, details, headers } = error
  const problem = { type: 'about:blank', title, status, detail, ...details }
  const type = { 'Content-Type': 'application/problem+json' }
  return Response.json(problem, { status, headers: { ...headers, ...type } })
})

function missing(id: number): string {
  return `There is no task ${id}.`
}
