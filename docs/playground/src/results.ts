/** Shows the reports of a program: its console, its errors, the response, the picture and the rules. */
import { picturePage, type Picture } from '@phial/xray'
import { button, element, found, prose } from './elements.ts'
import type { Answer, Place, Problem, Report, Verdict } from './protocol.ts'

const SPEC = '../../packages/core/SPEC.html'

export interface Results {
  /** Clears all sections, and shows that the program is running. */
  begin(): void
  show(report: Report): void
  /** Shows how the program ended. */
  end(): void
  /** Shows a sentence above the sections. */
  say(sentence: string, tone?: Tone): void
  draw(picture: Picture): void
}

type Tone = 'good' | 'bad' | 'busy' | 'idle'

/** @param visit shows a place in the editor. @param mark marks it. */
export function makeResults(
  visit: (place: Place) => void,
  mark: (place: Place, message: string) => void,
): Results {
  const status = found('status', HTMLElement)
  const parts = ['problems', 'console', 'answer', 'picture', 'rules'] as const
  const [problems, lines, answer, picture, rules] = parts.map((id) => found(id, HTMLElement)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ]
  /** The sentence that is shown at the end. */
  let outcome: [sentence: string, tone: Tone] | undefined

  const say = (sentence: string, tone: Tone = 'good'): void => {
    status.textContent = sentence
    status.className = tone
  }
  const fill = (section: HTMLElement, title: string, ...content: Node[]): void => {
    section.replaceChildren(element('h2', {}, title), ...content)
    section.hidden = false
  }
  const draw = (one: Picture): void => {
    try {
      fill(picture, 'X-ray', frameOf(picturePage(one)))
    } catch {
      fill(picture, 'X-ray', element('p', {}, 'This file does not contain an X-ray picture.'))
    }
  }
  const showProblem = (problem: Problem): void => {
    const { place, message, rule } = problem
    const isFirst = outcome?.[1] !== 'bad'
    if (isFirst) outcome = [headlineOf(problem), 'bad']
    if (isFirst && place) mark(place, message)
    if (isFirst && place === undefined && rule === undefined) return
    problems.hidden = false
    problems.append(drawProblem(problem, visit))
  }
  const show = (report: Report): void => {
    switch (report.kind) {
      case 'log':
        if (lines.hidden) fill(lines, 'Console', element('pre'))
        lines.lastElementChild?.append(element('span', { class: report.level }, `${report.text}\n`))
        break
      case 'problem':
        showProblem(report.problem)
        break
      case 'answer':
        fill(answer, 'Response', ...drawAnswer(report.answer))
        outcome ??= [report.answer?.status ?? 'No response', 'good']
        if (report.picture) draw(report.picture)
        break
      case 'rules':
        fill(rules, 'Rules', ...drawRules(report.verdicts, report.faults))
        outcome ??= ['The program ran.', 'good']
        if (outcome[1] === 'good') outcome = withRules(outcome[0], report.verdicts)
        break
      case 'checked':
        if (report.problem) showProblem(report.problem)
        else outcome = ['Right. The solution passes its test.', 'good']
        break
      case 'ready':
      case 'done':
    }
  }
  return {
    begin() {
      outcome = undefined
      for (const id of parts) found(id, HTMLElement).replaceChildren()
      for (const id of parts) found(id, HTMLElement).hidden = true
      say('The program is running…', 'busy')
    },
    show,
    end() {
      say(...(outcome ?? ['The program ended without a response.', 'bad']))
    },
    say,
    draw,
  }
}

const headlineOf = ({ rule, place, message }: Problem): string => {
  const what = rule === undefined ? 'Something is wrong' : `Rule ${rule} is broken`
  if (place !== undefined) return `${what}: see ${place.file}, line ${place.row}.`
  return rule === undefined ? message : `${what}.`
}

function withRules(sentence: string, verdicts: readonly Verdict[]): [string, Tone] {
  const broken = verdicts.filter(({ verdict }) => verdict === 'broken').map(({ rule }) => rule)
  if (broken.length === 0) return [`${sentence}. No rule is broken.`, 'good']
  const are = broken.length === 1 ? 'is' : 'are'
  return [`${sentence}, but ${broken.join(' and ')} ${are} broken. See the rules.`, 'bad']
}

function drawProblem({ message, place, rule }: Problem, visit: (place: Place) => void): Node {
  const box = element('div', { class: 'problem' }, element('p', {}, ...prose(message)))
  if (place) box.append(button(`Go to ${place.file}, line ${place.row}`, () => visit(place)))
  if (rule !== undefined && /^[A-Z]+-\d+$/.test(rule))
    box.append(
      element('a', { href: `${SPEC}#:~:text=${rule}`, target: '_blank' }, `Read rule ${rule}`),
    )
  return box
}

function drawAnswer(answer: Answer | undefined): Node[] {
  if (answer === undefined)
    return [element('p', {}, 'No response. A server would send 500 Internal Server Error.')]
  const { status, headers, text, bytes, isCut } = answer
  const head = [`HTTP/1.1 ${status}`, ...headers.map(([name, value]) => `${name}: ${value}`)]
  const body = text ?? `(${bytes} bytes that are not text)`
  const cut = isCut
    ? element('p', {}, `Shows only the beginning of the body, which has ${bytes} bytes or more.`)
    : ''
  return [
    element('pre', { class: 'wire' }, `${head.join('\n')}\n\n${body}`),
    element('div', {}, cut),
  ]
}

const WORDS = { broken: 'broken', kept: 'kept', unseen: 'not seen' } as const

function drawRules(verdicts: readonly Verdict[], faults: readonly string[]): Node[] {
  const count = (kind: Verdict['verdict']): string =>
    `${verdicts.filter(({ verdict }) => verdict === kind).length} ${WORDS[kind]}`
  const sorted = (['broken', 'kept', 'unseen'] as const).flatMap((kind) =>
    verdicts.filter(({ verdict }) => verdict === kind),
  )
  const summary = `${count('broken')}, ${count('kept')}, ${count('unseen')}, checked with several requests`
  const list = (kinds: readonly string[]): Node =>
    element(
      'ul',
      { class: 'verdicts' },
      ...sorted.filter(({ verdict }) => kinds.includes(verdict)).map(drawVerdict),
    )
  const rest = element('details', {}, element('summary', {}, summary), list(['kept', 'unseen']))
  return [
    list(['broken']),
    rest,
    ...faults.slice(0, 3).map((fault) => element('p', { class: 'fault' }, fault)),
  ]
}

function drawVerdict({ rule, verdict, text, found, remedy }: Verdict): Node {
  const more = verdict === 'kept' ? '' : verdict === 'broken' ? `${found}. ${remedy}` : found
  return element(
    'li',
    { class: verdict },
    element('b', {}, `${rule} ${WORDS[verdict]}`),
    ' ',
    ...prose(text),
    element('small', {}, ...prose(more)),
  )
}

/** Returns a frame without scripts, as high as its content. */
function frameOf(page: string): HTMLElement {
  const frame = element('iframe', { sandbox: 'allow-same-origin', title: 'The picture of X-ray' })
  frame.srcdoc = page
  frame.addEventListener('load', () => {
    const { documentElement } = frame.contentDocument ?? {}
    const drawn = documentElement?.querySelector('main')
    if (!documentElement || !drawn) return
    documentElement.style.colorScheme = getComputedStyle(document.documentElement).colorScheme
    const fit = (): void => void (frame.style.height = `${drawn.offsetHeight + 4}px`)
    new ResizeObserver(fit).observe(drawn)
    fit()
  })
  return frame
}
