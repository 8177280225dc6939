import type { StandardSchemaV1 } from '@standard-schema/spec'

/** An asynchronous schema that no value matches. */
export const schema: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => Promise.resolve({ issues: [{ message: 'never' }] }),
  },
}
