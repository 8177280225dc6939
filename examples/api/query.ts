import { request, ValidationError } from 'phial'
import type { z } from 'zod'

/** Parses the query with a schema. An invalid query is a 422 that names each parameter and the reason. */
export function readQuery<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const result = schema.safeParse(Object.fromEntries(request.args))
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.map(String),
    message,
  }))
  throw new ValidationError(issues)
}
