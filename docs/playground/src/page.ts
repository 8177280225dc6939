/**
 * The playground: a lesson, an editor, a request and its results.
 *
 * ```
 * lessons ──► editor + request ──Job──► sandbox.ts ──► a new worker
 *                                results.ts ◄──Report──┘
 * ```
 */
import { makeEditor } from './editor.ts'
import { button, element, found, prose } from './elements.ts'
import { fromFragment, toFragment, type Shared } from './link.ts'
import type { Check, Job, Request } from './protocol.ts'
import { makeResults } from './results.ts'
import { runInSandbox, type Run } from './sandbox.ts'
import { readCaptured } from './captured.ts'
import { recall, remember } from './memory.ts'
import type { Lesson } from '../lessons.ts'

const lessons = (): Promise<readonly Lesson[]> =>
  import('playground:lessons').then(({ all }) => all)
const bundle = (): Promise<string> => import('playground:worker').then(({ text }) => text)

// Loaded in advance, so that the first run does not have to wait for it.
void bundle()

const method = found('method', HTMLSelectElement)
const target = found('target', HTMLInputElement)
const headers = found('headers', HTMLTextAreaElement)
const body = found('body', HTMLTextAreaElement)
const entry = found('entry', HTMLInputElement)
const tabs = found('files', HTMLElement)
const link = found('link', HTMLInputElement)

let lesson: Lesson | undefined
let run: Run | undefined
/** Requests that may have changed the program's state. They are sent again before the next request. */
let earlier: Request[] = []

const editor = makeEditor(found('editor', HTMLElement), () => void send(), edited)
const results = makeResults(
  (place) => {
    editor.visit(place)
    drawTabs()
  },
  (place, message) => {
    editor.mark(place, message)
    drawTabs()
  },
)

function edited(): void {
  forget()
  if (lesson) remember(lesson.id, editor.files)
}

function forget(): void {
  earlier = []
  drawEarlier()
}

function requestNow(): Request {
  const pairs = headers.value.split('\n').flatMap((line): [string, string][] => {
    const [, name, value = ''] = /^([^:]+): *(.*)$/.exec(line.trim()) ?? []
    return name === undefined ? [] : [[name.trim(), value]]
  })
  return {
    method: method.value,
    target: target.value || '/',
    headers: pairs,
    body: body.value,
  }
}

/** Shows a request in the fields. */
function fill(request: Request): void {
  if (![...method.options].some(({ value }) => value === request.method))
    method.append(element('option', {}, request.method))
  method.value = request.method
  target.value = request.target
  headers.value = request.headers.map(([name, value]) => `${name}: ${value}`).join('\n')
  body.value = request.body
  found('more', HTMLDetailsElement).open = headers.value + body.value !== ''
}

async function start(job: Omit<Job, 'files'>): Promise<void> {
  run?.stop()
  results.begin()
  const mine = runInSandbox({ files: editor.files, ...job }, await bundle(), (report) =>
    results.show(report),
  )
  run = mine
  await mine.ended
  if (run === mine) results.end()
}

async function send(): Promise<void> {
  const request = requestNow()
  const requests = [...earlier, request]
  const check: Check = { kind: 'rules', paths: [request.target.split('#')[0] ?? '/'] }
  await start({ entry: entry.value, requests, check })
  if (!/^(?:GET|HEAD|OPTIONS)$/.test(request.method)) earlier = requests.slice(-20)
  drawEarlier()
}

async function checkSolution(): Promise<void> {
  const own = lesson?.check
  if (own === undefined || own.kind === 'rules') return send()
  if (own.kind === 'test') return start({ entry: '', requests: [], check: own })
  const requests = lesson ? [lesson.request] : []
  return start({ entry: entry.value, requests, check: own })
}

async function share(): Promise<void> {
  const shared: Shared = {
    files: editor.files,
    entry: entry.value,
    request: requestNow(),
    lesson: lesson?.id,
  }
  history.replaceState(null, '', await toFragment(shared))
  link.value = location.href
  found('shared', HTMLElement).hidden = false
  link.focus()
  link.select()
  const isCopied = await navigator.clipboard.writeText(link.value).then(
    () => true,
    () => false,
  )
  results.say(
    isCopied
      ? 'The link is copied. It contains the code. Nothing was sent to a server.'
      : 'Copy the link. It contains the code. Nothing was sent to a server.',
  )
}

function drawTabs(): void {
  const made = editor.files.map(({ name }) => {
    const tab = button(name, () => {
      editor.open(name)
      drawTabs()
    })
    tab.setAttribute('aria-pressed', String(name === editor.file))
    return tab
  })
  const focused = [...tabs.children].indexOf(document.activeElement as Element)
  tabs.replaceChildren(...made)
  made[focused]?.focus()
}

function drawEarlier(): void {
  const line = found('earlier', HTMLElement)
  line.hidden = earlier.length === 0
  const list = earlier.map((one) => `${one.method} ${one.target}`).join(', ')
  line.replaceChildren(
    `Each run restarts the program and first repeats these requests: ${list}. `,
    button('Forget', forget),
  )
}

function drawLesson(isSolution: boolean): void {
  if (lesson === undefined) return
  const { title, text, needsNode, check, solution, files, id } = lesson
  const again = (): void => {
    remember(id, undefined)
    editor.load(files)
    drawTabs()
    forget()
  }
  const solve = (): void => {
    const solved = new Map([...editor.files, ...solution].map((file) => [file.name, file]))
    editor.load([...solved.values()])
    editor.open(solution[0]?.name ?? '')
    drawTabs()
    edited()
  }
  const buttons = element('p', { class: 'buttons' }, button('Start over', again))
  if (solution.length > 0) buttons.append(button('Show a solution', solve))
  found('lesson', HTMLElement).replaceChildren(
    element('h2', {}, title),
    ...(isSolution ? [element('p', { class: 'note' }, 'This is code from a link.')] : []),
    ...(needsNode === undefined ? [] : [element('p', { class: 'note' }, ...prose(needsNode))]),
    ...text.map((paragraph) => element('p', {}, ...prose(paragraph))),
    buttons,
  )
  found('check', HTMLElement).textContent =
    check.kind === 'rules' ? 'Check the rules' : 'Check my solution'
  found('chosen', HTMLElement).textContent = title
}

/** Returns the color scheme that was chosen on the pages of the site, or an empty string for the system's scheme. */
function chosenScheme(): string {
  try {
    const chosen = localStorage.getItem('vitepress-theme-appearance') ?? ''
    return /^(?:dark|light)$/.test(chosen) ? chosen : ''
  } catch {
    return '' // the browser does not allow storage for this page
  }
}

/** Opens the lesson or the code that the URL's fragment contains. */
async function open(): Promise<void> {
  const all = await lessons()
  const shared = await fromFragment(location.hash)
  const isDamaged = typeof shared === 'string'
  const code = isDamaged ? undefined : shared
  const id = code ? code.lesson : location.hash.slice(1)
  lesson = all.find((one) => one.id === id) ?? all[0]
  if (lesson === undefined) return
  run?.stop()
  editor.load(code?.files ?? recall(lesson.id) ?? lesson.files)
  entry.value = code?.entry ?? lesson.entry
  fill(code?.request ?? lesson.request)
  drawTabs()
  drawLesson(code !== undefined)
  forget()
  found('shared', HTMLElement).hidden = true
  found('lessons', HTMLDetailsElement).open = false
  results.begin()
  results.say(
    isDamaged ? shared : 'Press Run, or press Ctrl and Enter in the editor.',
    isDamaged ? 'bad' : 'idle',
  )
}

found('run', HTMLElement).addEventListener('click', () => void send())
found('check', HTMLElement).addEventListener('click', () => void checkSolution())
found('share', HTMLElement).addEventListener('click', () => void share())
found('capture', HTMLInputElement).addEventListener('change', async ({ target }) => {
  const [file] = (target as HTMLInputElement).files ?? []
  if (file === undefined) return
  const captured = readCaptured(await file.text())
  results.begin()
  if (typeof captured === 'string') return results.say(captured, 'bad')
  fill(captured.request)
  if (captured.picture) results.draw(captured.picture)
  results.say(`${file.name} is shown below. Press Run to send its request to your program.`)
})
target.addEventListener('keydown', ({ key }) => {
  if (key === 'Enter') void send()
})
document.documentElement.style.colorScheme = chosenScheme()
addEventListener('hashchange', () => void open())
await open()
performance.mark('interactive')
