import { describe, expect, test } from 'vitest'
import { STYLE } from '../../../packages/framework/dist/debug/style.js'

const [light = '', dark = ''] = [...STYLE.toString().matchAll(/:root \{([^}]*)\}/g)].map(
  ([, body]) => body ?? '',
)

function colors(body: string): Map<string, string> {
  return new Map(
    [...body.matchAll(/--(\w+): (#\w+)/g)].map(([, name = '', value = '']) => [name, value]),
  )
}

/** Relative luminance, as defined in WCAG 2.2. */
function luminance(color: string): number {
  const full = color.length === 4 ? color.replaceAll(/[^#]/g, '$&$&') : color
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(full.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s color scheme', (_, body) => {
  const named = colors(body)
  const pairs = ['ink', 'soft', 'red'].flatMap((text) =>
    ['ground', 'card', 'code'].map((ground) => [text, ground] as const),
  )

  test.each([...pairs, ['ink', 'mark'] as const, ['red', 'mark'] as const])(
    'has a contrast of at least 4.5 to 1 for %s on %s, as WCAG 2.2 requires',
    (text, ground) => {
      expect(contrast(named.get(text) ?? '', named.get(ground) ?? '')).toBeGreaterThanOrEqual(4.5)
    },
  )
})

test('the style sheet loads no resources', () => {
  expect(STYLE.toString()).not.toMatch(/url\(|@import|@font-face|https?:/)
})
