import { request, ValidationError } from 'phial'
import type { z } from 'zod'

/** The query, as a schema makes it. What does not fit is a 422 that says what and why. */
export function readQuery<Schema extends z.ZodType>(schema: Schema): z.output<Schema> {
  const result = schema.safeParse(Object.fromEntries(request.args))
  if (result.success) return result.data
  const issues = result.error.issues.map(({ path, message }) => ({
    path: path.map(String),
    message,
  }))
  throw new ValidationError(issues)
}
