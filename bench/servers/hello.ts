/** The answer of all servers: twelve bytes, or the number of bytes in the environment variable `BYTES`. */
export const HELLO: string = 'Hello world\n'.padEnd(Number(process.env['BYTES'] ?? 0), 'x')
