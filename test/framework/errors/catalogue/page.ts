/** Generates docs/errors.md from the catalogue. `vitest -u` writes the page. */
import { rules } from '@phial/core'
import { topics } from '../../../../packages/framework/dist/errors/catalogue/index.js'

const INTRO = `# Errors

Each error that Phial throws has a code in \`error.code\`, like the errors of Node. The meaning of a code never changes. The
message of an error says what was received and what to do. This page explains more, and so does the command
\`phial explain ERR_PHIAL_ENDPOINT_TAKEN\`, which works offline.

The debug page shows the same text below the error. For HTTP errors, such as \`NotFound\`, \`code\` is the status. Errors
that your own code throws have a code only if you set it.

Each example throws the error of its section, with the message below it. In the examples, \`app\` is an app and
\`client\` is its test client. All other names are imported from \`phial\`, \`@phial/core\` or \`@phial/server\`. If a
template fails, the error is the \`cause\` of a \`TemplateError\`.

`

/** Generates the page. `messages` are the messages that the examples cause, by code. */
export function page(messages: ReadonlyMap<string, string>): string {
  const sections = topics.map(({ title, entries }) => {
    const parts = Object.entries(entries).map(
      ([code, { means, example, remedy }]) =>
        `### ${code}\n\n${means}\n\n${block(languageOf(example), example)}\n${block('text', messages.get(code) ?? '')}\n${remedy}\n`,
    )
    return `## ${title}\n\n${parts.join('\n')}`
  })
  return `${INTRO}${sections.join('\n')}\n${ruleSection()}`
}

function block(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\`\n`
}

/** Returns a language whose code blocks the tests of the docs do not run, because the catalogue's own test runs the examples. */
function languageOf(example: string): string {
  return example.startsWith('phial-') ? 'shell' : 'typescript'
}

function ruleSection(): string {
  const rows = rules.map(
    ({ id, text, remedy }) => `| \`${id}\` | ${cell(text)} | ${cell(remedy)} |`,
  )
  return `## Rules of the gateway

An application, middleware or server that violates a rule of [the specification](../packages/core/SPEC.md) causes a
\`GatewayError\`. Its code is the id of the rule.

| code | rule | what to do |
|---|---|---|
${rows.join('\n')}
`
}

function cell(text: string): string {
  return text.replaceAll('|', String.raw`\|`)
}
