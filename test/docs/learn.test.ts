import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { read, root } from '../house/workspace.ts'
import { catchUp } from './catch-up.ts'
import { chapters, filesBefore, isPicture, redraw } from './learn.ts'
import { play, typeFaults } from './play.ts'
import { Stage } from './stage.ts'

describe.for(chapters)('$path', (chapter) => {
  const { path, page, blocks } = chapter
  let stage: Stage
  let drawn = page
  beforeAll(async () => {
    stage = await Stage.set(path)
    for (const { file, code } of filesBefore(chapters.indexOf(chapter)))
      await stage.write(file, code)
  })
  afterAll(() => stage.strike())

  for (const block of blocks)
    test(`line ${block.line}: ${block.language} ${block.file ?? ''}`, async () => {
      if (!isPicture(block)) return play(stage, block, blocks)
      const now = await redraw(stage, block)
      drawn = drawn.replace(block.code, () => now)
    })

  // `vitest run --root test -u docs/learn` updates them.
  test('the pictures are up to date', async () => {
    await expect(drawn).toMatchFileSnapshot(join(root, path))
  })
})

const blocks = chapters.flatMap(({ path, blocks }) =>
  blocks.map((block) => ({ ...block, file: block.file ?? fileFor(path, block) })),
)

function fileFor(path: string, { line, language }: { line: number; language: string }): string {
  return `${path.replace(/^.*\/|\.md$/g, '')}-${line}.${language}`
}

test('each file is written only once, so that later chapters can rely on its content', () => {
  const names = blocks.map(({ file }) => file)
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test('all chapters together have no type errors', async () => {
  const stage = await Stage.set('docs/learn')
  try {
    expect(await typeFaults(stage, blocks)).toBe('')
  } finally {
    await stage.strike()
  }
})

test('the table of contents lists each chapter, in order', () => {
  const titles = chapters.map(({ path, page }) => {
    const title = /^# (?:\d+\. )?(.*)$/m.exec(page)?.[1] ?? ''
    return `[${title}](${path.replace('docs/learn/', '')})`
  })
  const links = read('docs/learn/README.md').match(/\[[^\]]*\]\((\d-[^)]*|teaching\.md)\)/g)
  expect([...new Set(links)]).toEqual(titles)
})

test('catchUp writes the files of earlier chapters, and keeps existing files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'phial-learn-'))
  try {
    await writeFile(join(folder, 'hello.ts'), '// mine')
    expect(await catchUp(3, folder)).not.toContain('hello.ts')
    expect(await readFile(join(folder, 'hello.ts'), 'utf8')).toBe('// mine')
    expect(await readFile(join(folder, 'head.ts'), 'utf8')).toMatch(/^import .*\n[^]*\n$/)
    const names = await readdir(folder)
    expect([names.includes('look.ts'), names.includes('greet.ts')]).toEqual([true, false])
  } finally {
    await rm(folder, { recursive: true })
  }
})
