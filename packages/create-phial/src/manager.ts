/** The package manager that started this command, and its syntax. */
export interface Manager {
  readonly name: 'npm' | 'pnpm' | 'yarn' | 'bun'
  /** Returns the command that runs a script: `npm run dev`, `pnpm dev`, `npm test`. */
  readonly command: (script: string) => string
}

/** Recognizes the package manager by `npm_config_user_agent`, such as `pnpm/12.0.0 npm/? node/…`. Default: npm. */
export function managerOf(userAgent = ''): Manager {
  const [, name = ''] = /^(\w+)\//.exec(userAgent) ?? []
  if (name === 'pnpm' || name === 'yarn') return { name, command: (script) => `${name} ${script}` }
  if (name === 'bun')
    return {
      name,
      command: (script) => (script === 'install' ? 'bun install' : `bun run ${script}`),
    }
  const short = ['install', 'test', 'start']
  return {
    name: 'npm',
    command: (script) => `npm ${short.includes(script) ? '' : 'run '}${script}`,
  }
}

/** Translates the npm commands in a text for another package manager. Comments after commands stay aligned. */
export function translate(text: string, { command }: Manager): string {
  return text.replaceAll(
    /\bnpm (?:run )?(install|dev|test|check|build|start)\b( *(?=  #))?/g,
    (npms: string, script: string, space?: string) =>
      command(script).padEnd(space === undefined ? 0 : npms.length),
  )
}
