/** The package manager that called, and how it says things. */
export interface Manager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** How a script is run: `npm run dev`, `pnpm dev`, `npm test`. */
  readonly say: (script: string) => string
}

/** By what a package manager tells its commands of itself (`npm_config_user_agent`): `pnpm/12.0.0 npm/? node/…`. */
export function managerOf(userAgent = ''): Manager {
  const [, name = ''] = /^(\w+)\//.exec(userAgent) ?? []
  if (name === 'pnpm' || name === 'yarn') return { name, say: (script) => `${name} ${script}` }
  if (name === 'bun')
    return { name, say: (script) => (script === 'install' ? 'bun install' : `bun run ${script}`) }
  const short = ['install', 'test', 'start']
  return { name: 'npm', say: (script) => `npm ${short.includes(script) ? '' : 'run '}${script}` }
}

/** A text that was written for npm, in the words of another. What stands beneath each other, stays so. */
export function speak(text: string, { say }: Manager): string {
  return text.replaceAll(
    /\bnpm (?:run )?(install|dev|test|check|build|start)\b( *(?=  #))?/g,
    (npms: string, script: string, space?: string) =>
      say(script).padEnd(space === undefined ? 0 : npms.length),
  )
}
