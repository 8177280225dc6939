/** All cases for a server, in one list. */
import type { ServerCase } from './case.ts'
import { closingCases } from './closing.ts'
import { requestCases } from './request.ts'
import { responseCases } from './response.ts'

/** What a server has to do: one case at least for each SRV rule that only a client can see. */
export const serverCases: readonly ServerCase[] = [
  ...requestCases,
  ...responseCases,
  ...closingCases,
]
