/** What the doctor reports about one thing. */
export interface Finding {
  /** A `fault` has to be fixed before the app is public; a `note` is for you to know; a `value` says where a setting comes from. */
  readonly level: 'fault' | 'note' | 'value'
  /** What it is about: `secret`, `cookies`, … */
  readonly about: string
  readonly text: string
}

/** Collects findings about one thing. */
export class Findings {
  readonly about: string
  readonly all: Finding[] = []

  constructor(about: string) {
    this.about = about
  }

  fault(is: boolean, text: string): void {
    if (is) this.all.push({ level: 'fault', about: this.about, text })
  }

  note(is: boolean, text: string): void {
    if (is) this.all.push({ level: 'note', about: this.about, text })
  }
}
