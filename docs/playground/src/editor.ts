/** The editor: CodeMirror, with a document for each file. Tab leaves the editor, so that keyboard users are not trapped in it. */
import { javascript } from '@codemirror/lang-javascript'
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Prec } from '@codemirror/state'
import { EditorView, keymap } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { basicSetup } from 'codemirror'
import type { File, Place } from './protocol.ts'

/** Uses the colors of the page, in the light and the dark scheme. */
const theme = EditorView.theme({
  '&': { color: 'var(--ink)', backgroundColor: 'var(--paper)', height: '100%' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '1.5' },
  '.cm-content': { caretColor: 'var(--ink)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': {
    backgroundColor: 'var(--well)',
    color: 'var(--soft)',
    borderRight: '1px solid var(--line)',
  },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--well)' },
  '&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'var(--chosen) !important',
  },
  '.cm-matchingBracket': { backgroundColor: 'var(--chosen)', outline: '1px solid var(--soft)' },
  '.cm-tooltip, .cm-panels': { backgroundColor: 'var(--well)', color: 'var(--ink)' },
  '.cm-diagnostic': { color: 'var(--ink)' },
})

const colours = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword], color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--code-text)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-value)' },
  { tag: [tags.typeName, tags.className], color: 'var(--code-type)' },
  { tag: tags.comment, color: 'var(--soft)', fontStyle: 'italic' },
])

export interface Editor {
  /** The files with their current text. */
  readonly files: readonly File[]
  readonly file: string
  /** Replaces all files. */
  load(files: readonly File[]): void
  /** Shows a file. */
  open(name: string): void
  /** Marks a place with an error message. */
  mark(place: Place, message: string): void
  /** Moves the cursor to a place. */
  visit(place: Place): void
}

/** @param onRun called on Ctrl+Enter or Cmd+Enter. @param onEdit called after each change. */
export function makeEditor(parent: HTMLElement, onRun: () => void, onEdit: () => void): Editor {
  const states = new Map<string, EditorState>()
  let current = ''
  const run = { key: 'Mod-Enter', run: () => (onRun(), true) }
  const view = new EditorView({ parent })

  const stateOf = ({ name, text }: File): EditorState =>
    EditorState.create({
      doc: text,
      extensions: [
        Prec.highest(keymap.of([run])),
        basicSetup,
        javascript({ typescript: true }),
        EditorView.lineWrapping,
        theme,
        syntaxHighlighting(colours),
        EditorView.contentAttributes.of({ 'aria-label': `The file ${name}` }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return
          states.set(current, update.state)
          onEdit()
        }),
      ],
    })

  const open = (name: string): void => {
    const state = states.get(name)
    if (state === undefined || name === current) return
    if (states.has(current)) states.set(current, view.state)
    current = name
    view.setState(state)
  }

  const rangeOf = ({ row, column }: Place): { from: number; to: number } => {
    const { doc } = view.state
    const line = doc.line(Math.max(1, Math.min(row, doc.lines)))
    const from = Math.min(line.from + Math.max(0, column - 1), line.to)
    return { from: from === line.to ? line.from : from, to: line.to }
  }

  return {
    get files() {
      return [...states].map(([name, state]) => {
        const { doc } = name === current ? view.state : state
        return { name, text: doc.toString() }
      })
    },
    get file() {
      return current
    },
    load(files) {
      states.clear()
      for (const file of files) states.set(file.name, stateOf(file))
      current = ''
      open(files[0]?.name ?? '')
    },
    open,
    mark(place, message) {
      open(place.file)
      if (place.file !== current) return
      const problem = { ...rangeOf(place), severity: 'error', message } as const
      view.dispatch(setDiagnostics(view.state, [problem]))
    },
    visit(place) {
      open(place.file)
      const { from } = rangeOf(place)
      view.dispatch({ selection: { anchor: from }, scrollIntoView: true })
      view.focus()
    },
  }
}
