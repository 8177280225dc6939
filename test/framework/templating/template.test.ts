import { renderTemplate, streamTemplate } from 'phial'
import { expect, test } from 'vitest'
import { appWith, inApp } from './support.ts'

test('a template can be rendered and streamed repeatedly', async () => {
  const app = appWith({ 'page.eta': '<%= it.x %>' })
  const times = async (count: number): Promise<string[]> => {
    const texts: string[] = []
    for (let index = 0; index < count; index += 1) {
      texts.push(inApp(() => renderTemplate('page', { x: index }), app))
      for await (const text of inApp(() => streamTemplate('page', { x: index }), app))
        texts.push(text)
    }
    return texts
  }
  expect(await times(2)).toEqual(['0', '0', '1', '1'])
})

test('template globals may be any JavaScript identifiers', () => {
  const app = appWith({ 'page.eta': '<%= $a(1) + _b.g %>' })
  app.templateGlobal('$a', (x: number) => x + 1)
  app.templateGlobal('_b', { g: 2 })
  expect(inApp(() => renderTemplate('page'), app)).toBe('4')
})
