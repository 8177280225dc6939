/** One line of the report. */
export interface Finding {
  /** A `fault` must be fixed before deployment, a `note` is for information, and a `value` is the origin of a setting. */
  readonly level: 'fault' | 'note' | 'value'
  /** The topic: `secret`, `cookies`, … */
  readonly about: string
  readonly text: string
}

/** Collects the findings about one topic. */
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
