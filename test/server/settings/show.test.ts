import { expect, test } from 'vitest'
import { readWithPlaces } from '../../../packages/server/src/settings/read.ts'
import { configText, helpText } from '../../../packages/server/src/settings/show.ts'
import { settings } from '../../../packages/server/src/settings/table.ts'

test('--help lists each option with its value and its default', () => {
  const text = helpText()
  expect(text).toMatch(
    /^ {2}-w, --workers N +the number of worker processes \[\$WEB_CONCURRENCY, or 1\]$/m,
  )
  expect(text).toMatch(/^ {6}--keep-alive SECONDS +how long .* \[65\]$/m)
  expect(text).toMatch(
    /^ {2}-b, --bind ADDRESS +the address .* \[127\.0\.0\.1:8000, or 0\.0\.0\.0:\$PORT\]$/m,
  )
  expect(text).toMatch(
    /^ {6}--limit-request-field_size BYTES\n {36}the maximum size of a header field, else 431/m,
  )
  expect(text).toMatch(/^ {6}--reload +for development: run one process, .*$/m)
  expect(text.match(/^ {2,6}(-\w, )?--\w/gm)).toHaveLength(settings.size - 1)
})

test('--print-config shows each setting with its value and its source', async () => {
  const argv = ['-t', '5', '-e', 'A=b', '--access-logfile', '-', 'site:app']
  const text = configText(await readWithPlaces(argv, { PORT: '80' }, '/no/where'))
  const lines = text.trimEnd().split('\n')
  expect(lines).toHaveLength([...settings.values()].filter(({ not }) => not !== 'config').length)
  expect(lines.map((line) => line.replace(/ +/, ' '))).toEqual(
    expect.arrayContaining([
      'app = "site:app"  # command line',
      'bind = ["0.0.0.0:80"]  # PORT',
      'timeout = 5  # command line',
      'env = {"A":"b"}  # command line',
      'chdir = "/no/where"  # default',
      'certfile = undefined  # default',
      'accessLogfile = "-"  # command line',
    ]),
  )
})
