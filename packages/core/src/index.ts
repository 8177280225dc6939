export type * from './types.ts'
export type { Transport } from './transport.ts'
