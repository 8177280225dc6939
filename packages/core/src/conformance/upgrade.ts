/** Cases for switching protocols: a server that provides `phial.upgrade` must switch after 101. A server that does not passes. */
import type { Application } from '../types.ts'
import type { ClientAnswer, ServerCase } from './case.ts'
import { bytes, differs, header, ok } from './support.ts'

/** Sends back the bytes that it receives. */
const echo: Application = async function* echo(environ, startResponse) {
  if (environ['phial.upgrade'] !== 'echo') {
    ok(startResponse)
    yield bytes('not offered')
    return
  }
  startResponse('101 Switching Protocols', [['X-Case', 'echo']])
  for await (const chunk of environ['wsgi.input']) yield chunk
  yield bytes(' and out')
}

const ASKED = { upgrade: 'echo', bodyAfterHead: 'over' }

/** Checks a response if the server has switched protocols. Otherwise checks that it did not offer to. */
function ifSwitched(
  answer: ClientAnswer,
  look: (answer: ClientAnswer) => string | undefined,
): string | undefined {
  if (answer.status.startsWith('101')) return look(answer)
  return differs('the body', answer.body, 'not offered')
}

const lower = (answer: ClientAnswer, name: string): string | undefined =>
  header(answer, name)?.toLowerCase()

export const upgradeCases: readonly ServerCase[] = [
  {
    rule: 'SRV-27',
    name: 'sends the head of a 101 response before the first chunk, with Connection and Upgrade',
    app: () => echo,
    check: async (client) =>
      ifSwitched(await client(ASKED), (answer) =>
        differs(
          'the head',
          ['connection', 'upgrade', 'x-case', 'content-length', 'transfer-encoding'].map((name) =>
            lower(answer, name),
          ),
          ['upgrade', 'echo', 'echo', undefined, undefined],
        ),
      ),
  },
  {
    rule: 'SRV-28',
    name: 'passes bytes both ways after 101, and closes the connection after the body',
    app: () => echo,
    check: async (client) =>
      ifSwitched(await client(ASKED), ({ body, complete }) =>
        differs('[body, complete]', [body, complete], ['over and out', true]),
      ),
  },
  {
    rule: 'SRV-29',
    name: 'handles a request normally if the application does not switch protocols',
    app: () => async (environ, startResponse) => {
      const input = await environ['wsgi.input'].read()
      ok(startResponse)
      return [bytes(`plain, ${input.byteLength} bytes in`)]
    },
    check: async (client) => {
      const { status, body } = await client({ upgrade: 'echo' })
      return differs('[status, body]', [status, body], ['200 OK', 'plain, 0 bytes in'])
    },
  },
]
