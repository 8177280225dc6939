import { validator, type Application } from '@phial/core'
import { runCase, serverCases } from '@phial/core/conformance'
import { describe, expect, test, vi } from 'vitest'
import { callClient, fetchClient } from '../support/clients.ts'

vi.spyOn(console, 'error').mockImplementation(() => undefined)

const clients = { call: callClient, toFetch: fetchClient }
const layers = { bare: (app: Application) => app, 'under the validator': validator }

for (const [name, client] of Object.entries(clients)) {
  for (const [layer, wrap] of Object.entries(layers)) {
    describe(`${name}, ${layer}`, () => {
      test.each(serverCases)('$rule $name', async (one) => {
        expect((await runCase(one, client(wrap(one.app())))).found).toBeUndefined()
      })
    })
  }
}
