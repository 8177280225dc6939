/** Creates a header of version 2 of the PROXY protocol. */
export function version2(command: number, family: number, body: Buffer): Buffer {
  const head = Buffer.from('\r\n\r\n\0\r\nQUIT\n\0\0\0\0', 'latin1')
  head[12] = command
  head[13] = family
  head.writeUInt16BE(body.length, 14)
  return Buffer.concat([head, body])
}

/** 192.0.2.1, port 4711, to 198.51.100.2, port 443. */
export const addresses: Buffer = Buffer.from([
  192, 0, 2, 1, 198, 51, 100, 2, 0x12, 0x67, 0x01, 0xbb,
])
