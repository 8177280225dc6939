/** What the doctor says of one thing. */
export interface Finding {
  /** `fault` is to be mended before anyone visits; `note` is for someone to know. */
  readonly level: 'fault' | 'note'
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
