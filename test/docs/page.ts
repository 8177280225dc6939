/** Parses the code blocks and the links of a Markdown page. */

export interface Block {
  /** `ts`, `sh`, … */
  language: string
  /** The rest of the line that begins the block. */
  info: string
  code: string
  /** The line number of the first line of code. */
  line: number
  /** The file name in its first line. */
  file?: string
}

const fence = /^( *)(`{3,}|~{3,}) *(\S*) *(.*?) *$/
const named = /^(?:\/\/|#|<!--|%|(?:<% *)?\/\*) *file: *(\S+)/

/** Collects the lines of a block up to its closing fence. */
function gather(lines: string[], from: number, indent: string, close: string): string[] {
  const rest = lines.slice(from)
  const end = rest.findIndex((line) => line.trim().startsWith(close) && /^[`~]+$/.test(line.trim()))
  const body = end === -1 ? rest : rest.slice(0, end)
  return body.map((line) =>
    line.startsWith(indent) ? line.slice(indent.length) : line.trimStart(),
  )
}

export function blocksOf(page: string): Block[] {
  const lines = page.split('\n')
  const blocks: Block[] = []
  for (let at = 0; at < lines.length; at++) {
    const [, indent, close, language, info] = fence.exec(lines[at] ?? '') ?? []
    if (indent === undefined || close === undefined) continue
    const body = gather(lines, at + 1, indent, close)
    blocks.push(toBlock(language ?? '', info ?? '', body, at + 2))
    at += body.length + 1
  }
  return blocks
}

function toBlock(language: string, info: string, body: string[], line: number): Block {
  const file = named.exec(body[0] ?? '')?.[1]
  if (file === undefined) return { language, info, line, code: body.join('\n') }
  return { language, info, line: line + 1, file, code: body.slice(1).join('\n') }
}

/** The reason why a block is not run, or `undefined` if it is run. */
export const excuseOf = ({ info }: Block): string | undefined =>
  /^no-run(?:[: ] *(.*))?$/.exec(info)?.slice(1).join('')

/** The names with which a later block may refer to a file: `dir/hello.ts`, `hello.ts`, `./hello`, `hello:`. */
function speaksOf(block: Block, file: string): boolean {
  const stem = file.replace(/\.[^./]+$/, '')
  const bare = stem.replace(/^.*\//, '')
  return [file, `/${bare}`, `${stem}:`, `'${stem}'`, ` ${stem} `, ` ${stem}\n`].some((name) =>
    ` ${block.code}\n`.includes(name),
  )
}

/** Reports whether a block must be run directly, because no later block uses its file. */
export function standsAlone(block: Block, page: Block[]): boolean {
  const { file } = block
  if (file === undefined) return true
  return !page.slice(page.indexOf(block) + 1).some((later) => speaksOf(later, file))
}

export interface Command {
  command: string
  /** The expected output, if the page contains it. */
  expected?: string
}

/** The commands of a `sh` block. */
export function commandsOf({ code }: Block): Command[] {
  if (!/^\$ /m.test(code)) {
    const lines = code.split('\n').filter((line) => /^[^#\s]/.test(line))
    return lines.map((line) => ({ command: line.replace(/\s+# .*$/, '') }))
  }
  return code
    .split(/^\$ /m)
    .slice(1)
    .map((part) => {
      const [, command = '', expected = ''] = /^((?:.*\\\n)*.*)\n?([^]*)$/.exec(part) ?? []
      return { command, expected }
    })
}

const escape = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)

const tidy = (text: string): string => text.replace(/[ \t\r]+$/gm, '').trimEnd()

/** Reports whether output matches. In `expected`, `…` in a line matches any text, and a line with only `…` any lines. */
export function matches(actual: string, expected: string): boolean {
  const lines = tidy(expected).split('\n')
  const parts = lines.map((line) =>
    line.trim() === '…' ? '(?:.*\\n)*?' : `${line.split('…').map(escape).join('.*')}\\n`,
  )
  return new RegExp(`^${parts.join('')}$`).test(`${tidy(actual)}\n`)
}

/** The relative links of a page, except those in code. */
export function linksOf(page: string): string[] {
  const code = blocksOf(page).map((block) => block.code)
  const prose = code
    .reduce((text, block) => text.replace(block, ''), page)
    .replace(/`[^`\n]*`/g, '')
  const links = [...prose.matchAll(/\]\(<?([^)\s>]+)[^)]*\)|^\[[^\]]+\]: *(\S+)/gm)]
  return links
    .map(([, inline, reference]) => inline ?? reference ?? '')
    .filter((link) => !/^([a-z][a-z+.-]*:|\/\/)/i.test(link))
}
