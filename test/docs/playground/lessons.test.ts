import { describe, expect, test } from 'vitest'
import { lessons, linksOf, type Lesson } from '../../../docs/playground/lessons.ts'
import type { File, Job } from '../../../docs/playground/src/protocol.ts'
import { only, run } from './run.ts'

const all = lessons()

/** The job of the button Run. */
const running = ({ files, entry, request }: Lesson): Job => ({
  files,
  entry,
  requests: [request],
  check: { kind: 'rules', paths: [request.target] },
})

/** The job of the button Check, with the original files or the files of a solution. */
const checking = ({ files, entry, request, check }: Lesson, solution: readonly File[]): Job => {
  const solved = new Map([...files, ...solution].map((file) => [file.name, file]))
  const isTest = check.kind === 'test'
  return {
    files: [...solved.values()],
    entry: isTest ? '' : entry,
    requests: isTest ? [] : [request],
    check,
  }
}

const problemIn = async (job: Job): Promise<string | undefined> => {
  const reports = await run(job)
  expect(only(reports, 'checked'), JSON.stringify(only(reports, 'problem'))).toHaveLength(1)
  return only(reports, 'checked')[0]?.problem?.message
}

describe('a lesson that runs', () => {
  const correct = all.filter(({ rule, needsNode }) => rule === undefined && needsNode === undefined)
  test.for(correct)('$id returns a response and breaks no rules', async (lesson) => {
    const reports = await run(running(lesson))
    expect(only(reports, 'problem')).toEqual([])
    const [shown] = only(reports, 'answer')
    expect(shown?.answer?.status).toMatch(/^\d{3} /)
    expect(shown?.picture?.top).toBeDefined()
    const [checked] = only(reports, 'rules')
    const broken = checked?.verdicts.filter(({ verdict }) => verdict === 'broken')
    expect(broken?.map(({ rule }) => rule)).toEqual(lesson.id === 'middleware' ? ['APP-2'] : [])
  })
})

describe('a mistake', () => {
  const mistakes = all.filter(({ rule }) => rule !== undefined)
  test('exists for ten different rules', () => {
    expect(new Set(mistakes.map(({ rule }) => rule)).size).toBe(10)
  })
  test.for(mistakes)('$id breaks $rule, and no other rule', async (lesson) => {
    const [checked] = only(await run(running(lesson)), 'rules')
    const broken = checked?.verdicts.filter(({ verdict }) => verdict === 'broken')
    expect(broken?.map(({ rule }) => rule)).toEqual([lesson.rule])
  })
  test.for(mistakes)('$id fails its check, and its solution passes', async (lesson) => {
    expect(await problemIn(checking(lesson, []))).toBeDefined()
    expect(await problemIn(checking(lesson, lesson.solution))).toBeUndefined()
  })
})

describe('an exercise', () => {
  const exercises = all.filter(({ check }) => check.kind === 'test')
  test.for(exercises)(
    '$id fails its test at the beginning, and its solution passes',
    async (lesson) => {
      expect(await problemIn(checking(lesson, []))).toBeDefined()
      expect(await problemIn(checking(lesson, lesson.solution))).toBeUndefined()
    },
  )
})

test.for(all.filter(({ needsNode }) => needsNode !== undefined))(
  '$id reports that it needs Node when it is run',
  async (lesson) => {
    const [found] = only(await run(running(lesson)), 'problem')
    expect(found?.problem.message).toMatch(/^phial needs Node/)
  },
)

test('each lesson has a unique id, and does not import the server', () => {
  const ids = all.map(({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const id of ids) expect(linksOf(all)).toContain(`id="${id}" href="#${id}"`)
  for (const { files } of all)
    for (const { name, text } of files) expect(text, name).not.toContain('@phial/server')
})
