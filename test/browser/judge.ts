/**
 * Finds accessibility faults in a page: low contrast (WCAG 2.2, 1.4.3 and 1.4.11, level AA), fields without a name, and
 * content that is wider than the window. Runs in the browser.
 */
export function faultsOfPage(): string[] {
  type Colour = [red: number, green: number, blue: number, alpha: number]
  const read = (css: string): Colour => {
    const [red = 0, green = 0, blue = 0, alpha = 1] = (css.match(/[\d.]+/g) ?? []).map(Number)
    return [red, green, blue, alpha]
  }
  const over = ([r, g, b, a]: Colour, [R, G, B]: Colour): Colour => [
    r * a + R * (1 - a),
    g * a + G * (1 - a),
    b * a + B * (1 - a),
    1,
  ]
  /** Computes the background of an element by blending the colours of all elements behind it. */
  const behind = (element: Element | null): Colour => {
    if (element === null) return [255, 255, 255, 1]
    const own = read(getComputedStyle(element).backgroundColor)
    return own[3] === 1 ? own : over(own, behind(element.parentElement))
  }
  const luminance = ([r, g, b]: Colour): number => {
    const [x = 0, y = 0, z = 0] = [r, g, b].map((value) => {
      const part = value / 255
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * x + 0.7152 * y + 0.0722 * z
  }
  const contrast = (one: Colour, other: Colour): number => {
    const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
    return (light + 0.05) / (dark + 0.05)
  }
  const nameOf = (element: Element): string =>
    `<${element.tagName.toLowerCase()} class="${element.className}">`
  /** Reports whether an element has no name for a screen reader. */
  const isNameless = (element: Element): boolean =>
    ['aria-label', 'title'].every((key) => (element.getAttribute(key) ?? '') === '') &&
    (element.textContent ?? '').trim() === ''
  const faults: string[] = []

  const judgeText = (element: Element, text: string): void => {
    const style = getComputedStyle(element)
    if (style.visibility === 'hidden' || element.getClientRects().length === 0) return
    const size = Number.parseFloat(style.fontSize)
    const isLarge = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700)
    const back = behind(element)
    const ratio = contrast(over(read(style.color), back), back)
    if (ratio < (isLarge ? 3 : 4.5))
      faults.push(`${nameOf(element)} “${text.slice(0, 30)}” has a contrast of ${ratio.toFixed(2)}`)
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const text = node.textContent?.trim() ?? ''
    if (text !== '' && node.parentElement !== null) judgeText(node.parentElement, text)
  }

  for (const field of document.querySelectorAll('input:not([type=hidden]), textarea, select')) {
    if (field.getClientRects().length === 0) continue
    const { labels } = field as HTMLInputElement
    if ((labels?.length ?? 0) === 0) faults.push(`${nameOf(field)} has no label`)
    judgeText(field, (field as HTMLInputElement).value)
    const border = contrast(
      over(read(getComputedStyle(field).borderTopColor), behind(field.parentElement)),
      behind(field.parentElement),
    )
    if (border < 3) faults.push(`${nameOf(field)} has an edge of contrast ${border.toFixed(2)}`)
  }

  for (const element of document.querySelectorAll('a[href], button, summary'))
    if (element.getClientRects().length > 0 && isNameless(element))
      faults.push(`${nameOf(element)} has no name`)

  const { scrollWidth, clientWidth } = document.documentElement
  if (scrollWidth > clientWidth) faults.push(`the page is ${scrollWidth - clientWidth} px too wide`)
  return faults
}
