import type { StandardSchemaV1 } from '@standard-schema/spec'

/** A schema that nothing fits, and which says so later. */
export const schema: StandardSchemaV1 = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: () => Promise.resolve({ issues: [{ message: 'never' }] }),
  },
}
