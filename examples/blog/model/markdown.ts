/** Renders posts, which are Markdown. HTML is shown as text, and a link cannot run a script, so a post is safe to print. */
import MarkdownIt from 'markdown-it'

const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true })

markdown.core.ruler.push('blog', ({ tokens }) => {
  for (const token of tokens) {
    // The title of the page is its only <h1>.
    if (token.type.startsWith('heading'))
      token.tag = `h${Math.min(6, Number(token.tag.slice(1)) + 1)}`
    for (const child of token.children ?? [])
      if (child.type === 'link_open') child.attrSet('rel', 'nofollow ugc')
  }
})

/** Renders Markdown as HTML. */
export function renderMarkdown(text: string): string {
  return markdown.render(text)
}

/** Returns the beginning of a text: its paragraphs without markup, in one line of at most `length` characters. */
export function excerpt(text: string, length = 240): string {
  const words = markdown
    .parse(text, {})
    .filter((_, at, tokens) => tokens[at - 1]?.type === 'paragraph_open')
    .flatMap(({ children }) => [...(children ?? []), { content: ' ' }])
    .map(({ content }) => content || ' ')
    .join('')
    .replaceAll(/\s+/g, ' ')
    .trim()
  return words.length > length ? `${words.slice(0, length).trimEnd()}…` : words
}
