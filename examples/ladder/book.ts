/** What the guest book keeps. No rung changes it: it knows nothing of the web. */
export interface Entry {
  readonly id: number
  readonly name: string
  readonly text: string
}

/** Who was here, the last one first. It is kept in memory, and gone when the program ends. */
export class Book {
  readonly entries: Entry[] = []

  sign(name: string, text: string): void {
    this.entries.unshift({ id: this.entries.length + 1, name, text })
  }

  find(id: number): Entry | undefined {
    return this.entries.find((entry) => entry.id === id)
  }
}
