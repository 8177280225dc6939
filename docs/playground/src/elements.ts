/** Creates elements of the page. Output of a program is inserted as text, never as HTML. */

type Attributes = Readonly<Record<string, string>>
type Content = string | Node | undefined

export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Attributes = {},
  ...content: readonly Content[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name)
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...content.filter((one) => one !== undefined))
  return made
}

export function button(text: string, onClick: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button' }, text)
  made.addEventListener('click', onClick)
  return made
}

/** Converts text with code in backticks to nodes. */
export function prose(text: string): Node[] {
  return text
    .split(/`([^`]+)`/)
    .map((part, at) => (at % 2 === 1 ? element('code', {}, part) : document.createTextNode(part)))
}

/** Finds an element of `play.html` by its id. */
export function found<Type extends HTMLElement>(id: string, type: new () => Type): Type {
  const one = document.getElementById(id)
  if (one instanceof type) return one
  throw new Error(`play.html has no ${type.name} with the id ${id}.`)
}
