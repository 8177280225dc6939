import { AppContext, CommandContext, CommandError, currentApp, g, Phial, urlFor } from 'phial'
import { expect, test } from 'vitest'

const make = (): Phial => new Phial(import.meta.url, { config: { SERVER_NAME: 'phial.example' } })

test('a command runs in an app context', async () => {
  const app = make()
  app.get('/users/:name', { endpoint: 'user' }, ({ name }) => name)
  app.cli.command('link <name>', 'Prints a link', async ({ name }, context) => {
    g.name = name
    await Promise.resolve()
    expect(currentApp.config).toBe(app.config)
    expect(context).toBeInstanceOf(AppContext)
    expect(context).toBeInstanceOf(CommandContext)
    expect(context.app).toBe(app)
    expect(context.g.name).toBe(name)
    context.echo(urlFor('user', { name: g.name }))
  })
  const { output, error } = await app.testCliRunner().invoke(['link', 'ada'])
  expect(error).toBeUndefined()
  expect(output).toBe('http://phial.example/users/ada\n')
})

test('each run of a command has its own g', async () => {
  const app = make()
  const seen: unknown[] = []
  app.cli.command('count', 'Counts', () => void seen.push((g.count = Number(g.count ?? 0) + 1)))
  const runner = app.testCliRunner()
  await runner.invoke(['count'])
  await runner.invoke(['count'])
  expect(seen).toEqual([1, 1])
})

test.each([
  ['synchronous', 'now'],
  ['asynchronous', 'later'],
])('teardownAppContext runs and is awaited after a command that is %s', async (_, name) => {
  const app = make()
  const events: string[] = []
  app.teardownAppContext(async (error) => {
    await new Promise(setImmediate)
    events.push(`teardown ${String(error)}`)
  })
  app.cli.command('now', 'Works', () => void events.push('work'))
  app.cli.command('later', 'Works', async () => {
    await new Promise(setImmediate)
    events.push('work')
  })
  await app.testCliRunner().invoke([name])
  expect(events).toEqual(['work', 'teardown undefined'])
})

test('teardownAppContext receives the error of the command', async () => {
  const app = make()
  const failure = new Error('Out of tea')
  const received: unknown[] = []
  app.teardownAppContext((error) => void received.push(error))
  app.cli.command('fail', 'Fails', () => {
    throw failure
  })
  expect(await app.testCliRunner().invoke(['fail'])).toMatchObject({ exitCode: 1, error: failure })
  expect(received).toEqual([failure])
})

const failing = make()
failing.cli.command('find <name>', 'Finds a user', ({ name }) => {
  throw new CommandError(`The user ${name} does not exist.`)
})
failing.cli.command('wait', 'Waits', async () => {
  throw new CommandError('The server is busy.', 75)
})

test('a CommandError prints its message without a stack, with exit code 1', async () => {
  const result = await failing.testCliRunner().invoke(['find', 'ada'])
  expect(result).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: 'The user ada does not exist.\n',
  })
  expect(result.error).toBeInstanceOf(CommandError)
})

test('a CommandError may have another exit code', async () => {
  const result = await failing.testCliRunner().invoke(['wait'])
  expect(result).toMatchObject({ exitCode: 75, stderr: 'The server is busy.\n' })
})
