import { expect, test } from 'vitest'
import { files, read } from '../../house/workspace.ts'
import { surface } from '../surface.ts'

const names = new Set(surface().map(({ name }) => name))

const pages = [...files('docs/guide', '.md'), 'docs/forms.md']

test.for(pages.filter((path) => path !== 'docs/guide/first-site.md'))(
  '%s ends with a line of exported names',
  (path) => {
    const [, line = ''] = /\nAPI: (.*)\n$/.exec(read(path)) ?? []
    const found = [...line.matchAll(/`([^`]+)`/g)].map(([, name = '']) => name)
    expect(found).not.toEqual([])
    expect(found.filter((name) => !names.has(name))).toEqual([])
  },
)
