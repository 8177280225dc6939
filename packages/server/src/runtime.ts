/** Whether this process is Node. Bun and Deno read TypeScript themselves, and have only some of Node's internal functions. */
export const isNode: boolean = !('bun' in process.versions || 'deno' in process.versions)
