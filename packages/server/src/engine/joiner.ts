/** Joins text and bytes in memory that is used again, for most of what is written is with the kernel at once. */

/** How much that memory is, in bytes. What is longer gets its own. */
const ROOM = 128 * 1024

export class Joiner {
  #memory = anew(ROOM)

  /** Text (Latin-1), bytes and text. Good until the next call, unless it is kept. */
  join(size: number, head: string, bytes: Uint8Array, tail: string): Buffer {
    return fill(size <= ROOM ? this.#memory.subarray(0, size) : anew(size), head, bytes, tail)
  }

  /** What was joined is still in use: it is not written over. */
  keep(joined: Buffer): void {
    if (joined.buffer === this.#memory.buffer) this.#memory = anew(ROOM)
  }
}

/** The same in memory of its own. */
export function joined(size: number, head: string, bytes: Uint8Array, tail: string): Buffer {
  return fill(anew(size), head, bytes, tail)
}

const anew = (size: number): Buffer => Buffer.allocUnsafeSlow(size)

function fill(all: Buffer, head: string, bytes: Uint8Array, tail: string): Buffer {
  all.write(head, 0, 'latin1')
  all.set(bytes, head.length)
  all.write(tail, all.length - tail.length, 'latin1')
  return all
}
