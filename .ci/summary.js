/** Adds up the reports of the suites that ran, and prints the total as the last line. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const [folder = '', status = '0'] = process.argv.slice(2)

const reports = readdirSync(folder).map((name) =>
  JSON.parse(readFileSync(join(folder, name), 'utf8')),
)

const sum = (count) => reports.map(count).reduce((total, number) => total + number, 0)

/** Counts test files that failed before their first test. */
const broken = ({ testResults }) =>
  testResults.filter((file) => file.status === 'failed' && file.assertionResults.length === 0)
    .length

const passed = sum((report) => report.numPassedTests)
const failed = sum((report) => report.numFailedTests + broken(report))
const skipped = sum((report) => report.numPendingTests + report.numTodoTests)

// A suite that fails without a failing test (the build, the linter, a time limit) counts as one failure.
const failures = failed === 0 && status !== '0' ? 1 : failed

console.log(`\n${passed} passed, ${failures} failed, ${skipped} skipped`)
