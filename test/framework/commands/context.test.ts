import { AppContext, CommandContext, CommandError, currentApp, g, Phial, urlFor } from 'phial'
import { expect, test } from 'vitest'

const make = (): Phial => new Phial(import.meta.url, { config: { SERVER_NAME: 'phial.example' } })

test('Custom commands: app context pushed', async () => {
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

test('Custom commands: each has a g of its own', async () => {
  const app = make()
  const seen: unknown[] = []
  app.cli.command('count', 'Counts', () => void seen.push((g.count = Number(g.count ?? 0) + 1)))
  const runner = app.testCliRunner()
  await runner.invoke(['count'])
  await runner.invoke(['count'])
  expect(seen).toEqual([1, 1])
})

test.each([
  ['at once', 'now'],
  ['later', 'later'],
])('teardownAppContext runs after a command that ends %s, and is waited for', async (_, name) => {
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

test('teardownAppContext gets the error of the command', async () => {
  const app = make()
  const failure = new Error('Out of tea')
  const got: unknown[] = []
  app.teardownAppContext((error) => void got.push(error))
  app.cli.command('fail', 'Fails', () => {
    throw failure
  })
  expect(await app.testCliRunner().invoke(['fail'])).toMatchObject({ exitCode: 1, error: failure })
  expect(got).toEqual([failure])
})

const failing = make()
failing.cli.command('find <name>', 'Finds a user', ({ name }) => {
  throw new CommandError(`There is no user ${name}.`)
})
failing.cli.command('wait', 'Waits', async () => {
  throw new CommandError('Nobody came.', 75)
})

test('Custom commands: a CommandError is a clean message', async () => {
  const result = await failing.testCliRunner().invoke(['find', 'ada'])
  expect(result).toMatchObject({ exitCode: 1, stdout: '', stderr: 'There is no user ada.\n' })
  expect(result.error).toBeInstanceOf(CommandError)
})

test('Custom commands: a CommandError has an exit code', async () => {
  const result = await failing.testCliRunner().invoke(['wait'])
  expect(result).toMatchObject({ exitCode: 75, stderr: 'Nobody came.\n' })
})
