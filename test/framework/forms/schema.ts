/** A sign-up form for two libraries, and a schema that does not describe its fields. */
import type { StandardSchemaV1 } from '@standard-schema/spec'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import * as v from 'valibot'
import { z } from 'zod'

export const signUp = z.object({
  name: z.string().trim().min(2, 'Please enter a name of two letters or more.').max(40),
  email: z.email('Please enter a valid e-mail address.'),
  age: z.int().min(18).max(120).optional(),
  agreed: z.literal(true, 'Please agree.'),
  news: z.boolean(),
  colour: z.enum(['red', 'green']).optional(),
  days: z.array(z.enum(['sat', 'sun'])),
})

export const signUpOfValibot = toStandardJsonSchema(
  v.object({
    name: v.pipe(v.string(), v.trim(), v.minLength(2), v.maxLength(40)),
    email: v.pipe(v.string(), v.email()),
    age: v.optional(v.pipe(v.number(), v.integer(), v.minValue(18), v.maxValue(120))),
    agreed: v.literal(true),
    news: v.boolean(),
    colour: v.optional(v.picklist(['red', 'green'])),
    days: v.array(v.picklist(['sat', 'sun'])),
  }),
)

/** A custom schema without JSON Schema. */
export const silent: StandardSchemaV1<unknown, { title: string }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { title } = value as { title?: string }
      if (title !== undefined && title !== '') return { value: { title } }
      return { issues: [{ message: 'is required', path: ['title'] }] }
    },
  },
}
