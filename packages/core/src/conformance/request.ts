/** Cases for the `environ` and `wsgi.input` that a server creates from a request. */
import type { ServerCase } from './case.ts'
import { answering, bytes, differs, jsonOf, ok, Witness } from './support.ts'

const text = (chunk: Uint8Array): string => new TextDecoder().decode(chunk)

export const requestCases: readonly ServerCase[] = [
  {
    rule: 'SRV-19',
    name: 'decodes the path once, and does not decode the query',
    app: () =>
      answering(({ SCRIPT_NAME, PATH_INFO, QUERY_STRING }) => [
        SCRIPT_NAME + PATH_INFO,
        QUERY_STRING,
      ]),
    check: async (client) => {
      const answer = await client({ target: '/caf%C3%A9/a%2Fb%2520?q=%20%C3%A9' })
      return differs('[PATH_INFO, QUERY_STRING]', jsonOf(answer), [
        '/caf\u00c3\u00a9/a/b%20',
        'q=%20%C3%A9',
      ])
    },
  },
  {
    rule: 'SRV-19',
    name: 'keeps invalid escapes in the path',
    app: () => answering(({ PATH_INFO, RAW_URI = '' }) => [PATH_INFO, RAW_URI]),
    check: async (client) =>
      differs('[PATH_INFO, RAW_URI]', jsonOf(await client({ target: '/%zz%4' })), [
        '/%zz%4',
        '/%zz%4',
      ]),
  },
  {
    rule: 'SRV-20',
    name: 'joins repeated headers with commas, and cookies with semicolons',
    app: () =>
      answering((environ) =>
        [environ['HTTP_X_MANY'], environ['HTTP_COOKIE']].map((value) =>
          String(value).replaceAll(' ', ''),
        ),
      ),
    check: async (client) => {
      const answer = await client({ headers: [['X-Many', '1'], ['Cookie', 'a=1'], ['x-many', '2'], ['Cookie', 'b=2']] }) // prettier-ignore
      return differs('[HTTP_X_MANY, HTTP_COOKIE]', jsonOf(answer), ['1,2', 'a=1;b=2'])
    },
  },
  {
    rule: 'SRV-20',
    name: 'drops Proxy, and headers whose name contains an underscore',
    app: () =>
      answering((environ) => ['HTTP_X_TRUSTED', 'HTTP_PROXY'].filter((key) => key in environ)),
    check: async (client) => differs('the keys that were not dropped', jsonOf(await client({ headers: [['X_Trusted', 'yes'], ['Proxy', 'evil:1']] })), []), // prettier-ignore
  },
  {
    rule: 'SRV-21',
    name: 'creates a new environ for each request',
    app: () =>
      answering((environ) => {
        const found = 'case.mark' in environ
        environ['case.mark'] = true
        return found
      }),
    check: async (client) => {
      await client({})
      return differs('the mark of the previous request', jsonOf(await client({})), false)
    },
  },
  {
    rule: 'SRV-21',
    name: 'creates an environ that inherits nothing',
    app: () =>
      answering((environ) =>
        ['constructor', 'toString', '__proto__', 'hasOwnProperty'].filter((key) => key in environ),
      ),
    check: async (client) => differs('the inherited keys', jsonOf(await client({})), []),
  },
  {
    rule: 'SRV-22',
    name: 'ends wsgi.input at the end of the body',
    app: () =>
      answering(async (environ) => [
        text(await environ['wsgi.input'].read()),
        text(await environ['wsgi.input'].read(1)),
      ]),
    check: async (client) =>
      differs('[the body, more]', jsonOf(await client({ method: 'POST', body: ['hello'] })), [
        'hello',
        '',
      ]),
  },
  {
    rule: 'SRV-22',
    name: 'provides an empty wsgi.input for a request without a body',
    app: () => answering(async (environ) => text(await environ['wsgi.input'].read())),
    check: async (client) => differs('the body', jsonOf(await client({})), ''),
  },
  {
    rule: 'SRV-23',
    name: 'rejects a read if the body is cut off',
    app: () => {
      const witness = new Witness()
      return witness.watch(async (environ, startResponse) => {
        await environ['wsgi.input'].read().then(
          (body) => witness.note(`short:${body.byteLength}`),
          () => witness.note('error'),
        )
        witness.note('read')
        ok(startResponse)
        return []
      })
    },
    check: async (client) => {
      await client({ method: 'POST', body: ['hello'], breakOff: true })
      return differs(
        'the result of read()',
        (await client({ target: '/seen?read' })).body,
        'error read',
      )
    },
  },
  {
    rule: 'SRV-24',
    name: 'reads exactly the requested number of bytes, across chunks',
    app: () =>
      answering(async (environ) => [
        text(await environ['wsgi.input'].read(3)),
        text(await environ['wsgi.input'].read(4)),
        text(await environ['wsgi.input'].read(9)),
      ]),
    check: async (client) =>
      differs(
        'three reads',
        jsonOf(await client({ method: 'POST', body: ['he', 'llo w', 'orld'] })),
        ['hel', 'lo w', 'orld'],
      ),
  },
  {
    rule: 'SRV-24',
    name: 'reads lines, and then the rest',
    app: () =>
      answering(async (environ) => [
        text(await environ['wsgi.input'].readline()),
        text(await environ['wsgi.input'].readline(2)),
        (await environ['wsgi.input'].readlines()).map(text),
      ]),
    check: async (client) =>
      differs(
        'the lines',
        jsonOf(await client({ method: 'POST', body: ['one\ntw', 'o\nthree\nfour'] })),
        ['one\n', 'tw', ['o\n', 'three\n', 'four']],
      ),
  },
  {
    rule: 'SRV-24',
    name: 'keeps the rest readable after a break',
    app: () =>
      answering(async (environ) => {
        let first = ''
        for await (const chunk of environ['wsgi.input']) {
          first = text(chunk)
          break
        }
        return first + text(await environ['wsgi.input'].read())
      }),
    check: async (client) =>
      differs(
        'first chunk and rest',
        jsonOf(await client({ method: 'POST', body: ['he', 'llo w', 'orld'] })),
        'hello world',
      ),
  },
  {
    rule: 'SRV-25',
    name: 'fires phial.signal when the client disconnects',
    app: () => {
      const witness = new Witness()
      return witness.watch((environ, startResponse) => {
        const signal = environ['phial.signal']
        // A server without a signal passes.
        if (signal === undefined) witness.note('gone')
        signal?.addEventListener('abort', () => witness.note('gone'))
        ok(startResponse)
        return endless()
      })
    },
    check: async (client) => {
      await client({ leave: true })
      return differs('the signal', (await client({ target: '/seen?gone' })).body, 'gone')
    },
  },
]

/** Returns a body of one chunk whose second chunk never arrives. */
function endless(): AsyncIterable<Uint8Array> {
  let first = true
  const next = async (): Promise<IteratorResult<Uint8Array>> => {
    if (!first) return new Promise(() => undefined)
    first = false
    return { done: false, value: bytes('one') }
  }
  return { [Symbol.asyncIterator]: () => ({ next }) }
}
