/** Describes the API as OpenAPI 3.1, with the same schemas that check the input. */
import { z } from 'zod'
import { listing, newTask, task, taskChanges } from './model/tasks.ts'

/** One operation of the API. */
export interface Operation {
  operationId: string
  summary: string
  parameters?: object[]
  requestBody?: object
  responses: Record<string, { description: string; content?: object }>
}

export interface Description {
  openapi: string
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  paths: Record<string, Record<string, Operation>>
}

/** Returns the description of the API at this URL. */
export function describe(url: string): Description {
  return {
    openapi: '3.1.0',
    info: { title: 'Tasks', version: '1.0.0', description: 'A to-do list.' },
    servers: [{ url }],
    paths: {
      '/tasks': {
        get: {
          operationId: 'listTasks',
          summary: 'The tasks, the newest first',
          parameters: inQuery(listing),
          responses: { 200: answer('The tasks', z.object({ tasks: z.array(task) })), 422: WRONG },
        },
        post: {
          operationId: 'addTask',
          summary: 'Create a task',
          requestBody: body(newTask),
          responses: { 201: answer('The new task', task), 422: WRONG },
        },
      },
      '/tasks/{id}': {
        get: {
          operationId: 'getTask',
          summary: 'One task',
          parameters: [ID],
          responses: { 200: answer('The task', task), 404: MISSING },
        },
        patch: {
          operationId: 'changeTask',
          summary: 'Change a task',
          parameters: [ID],
          requestBody: body(taskChanges),
          responses: { 200: answer('The changed task', task), 404: MISSING, 422: WRONG },
        },
        delete: {
          operationId: 'deleteTask',
          summary: 'Delete a task',
          parameters: [ID],
          responses: { 204: { description: 'The task was deleted' }, 404: MISSING },
        },
      },
    },
  }
}

const PROBLEM = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  errors: z.array(z.object({ path: z.array(z.string()), message: z.string() })).optional(),
})

const MISSING = answer('The task does not exist', PROBLEM, 'application/problem+json')
const WRONG = answer('The input is invalid', PROBLEM, 'application/problem+json')
const ID = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'integer', minimum: 0, description: 'The task’s id' },
}

function answer(description: string, schema: z.ZodType, type: string = 'application/json') {
  return { description, content: { [type]: { schema: z.toJSONSchema(schema) } } }
}

function body(schema: z.ZodType) {
  const content = { 'application/json': { schema: z.toJSONSchema(schema, { io: 'input' }) } }
  return { required: true, content }
}

function inQuery(schema: z.ZodObject): object[] {
  const { properties = {} } = z.toJSONSchema(schema)
  return Object.entries(properties).map(([name, schema]) => ({ name, in: 'query', schema }))
}
