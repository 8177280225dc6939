/** What all the servers answer: twelve bytes, or as many as `BYTES` in the environment says. */
export const HELLO: string = 'Hello world\n'.padEnd(Number(process.env['BYTES'] ?? 0), 'x')
