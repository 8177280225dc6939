/** An entry of the guest book, which is the same in every step and knows nothing about the web. */
export interface Entry {
  readonly id: number
  readonly name: string
  readonly text: string
}

/** The entries, the newest first. They are in memory, and lost when the program ends. */
export class Book {
  readonly entries: Entry[] = []

  sign(name: string, text: string): void {
    this.entries.unshift({ id: this.entries.length + 1, name, text })
  }

  find(id: number): Entry | undefined {
    return this.entries.find((entry) => entry.id === id)
  }
}
