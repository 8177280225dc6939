/** docs/errors.md, written from the catalogue: by this, `vitest -u` writes it again. */
import { rules } from '@phial/core'
import { topics } from '../../../../packages/framework/dist/errors/catalogue/index.js'

const INTRO = `# Errors

Each error that Phial raises on its own account has a code that never changes its meaning: \`error.code\`, as Node's
own errors have it. The message says what came and what to do; this page says more, and so does
\`phial explain ERR_PHIAL_ENDPOINT_TAKEN\`, without a network.

In the debug page the same text stands beneath the error. Errors that are answers, \`NotFound\` and the like, have
their status as their \`code\`; what your own code raises has the code that you give it.

The examples raise the error they stand under. In them \`app\` is an app and \`client\` its test client; the rest is
imported from \`phial\`, \`@phial/core\` or \`@phial/server\`. What fails in a template is the \`cause\` of a \`TemplateError\`.

`

/** The whole page. */
export function page(): string {
  const sections = topics.map(({ title, entries }) => {
    const parts = Object.entries(entries).map(
      ([code, { means, example, remedy }]) =>
        `### ${code}\n\n${means}\n\n\`\`\`${languageOf(example)}\n${example}\n\`\`\`\n\n${remedy}\n`,
    )
    return `## ${title}\n\n${parts.join('\n')}`
  })
  return `${INTRO}${sections.join('\n')}\n${ruleSection()}`
}

/** Names of languages that no page runs: the catalogue's own test does. */
function languageOf(example: string): string {
  return example.startsWith('phial-') ? 'shell' : 'typescript'
}

function ruleSection(): string {
  const rows = rules.map(
    ({ id, text, remedy }) => `| \`${id}\` | ${cell(text)} | ${cell(remedy)} |`,
  )
  return `## Rules of the gateway

A rule that is broken raises a \`GatewayError\`, whose code is the rule's id. The rules are those of
[the specification](../packages/core/SPEC.md).

| code | what has to hold | what to do |
|---|---|---|
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
