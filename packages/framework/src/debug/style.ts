/** The style sheet of the debug page, for light and dark color schemes, and for phones. */
import { Markup } from '../helpers/printing.ts'

export const STYLE: Markup = new Markup(`
:root { --ground: #fbfaf8; --card: #fff; --ink: #1d1b19; --soft: #6b645c; --edge: #e2ddd5; --red: #b3261e; --mark: #fde8e6; --code: #f6f3ee }
@media (prefers-color-scheme: dark) {
  :root { --ground: #171614; --card: #201e1b; --ink: #ece7e0; --soft: #a49b90; --edge: #37332e; --red: #ff8a80; --mark: #48211e; --code: #1a1816 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--ink); font: 16px/1.5 system-ui, sans-serif; overflow-wrap: anywhere }
header, main, footer { max-width: 64rem; margin: 0 auto; padding: 0 1.25rem }
header { padding-top: 2rem; padding-bottom: 1rem }
h1 { margin: 0; color: var(--red); font-size: 1.1rem; font-weight: 600 }
h2 { display: inline; margin: 0; font-size: 1rem; font-weight: 600 }
.request { margin: 0 0 1.25rem; color: var(--soft); font: .85rem/1.5 ui-monospace, monospace }
.message { margin: .15rem 0 0; font-size: 1.35rem; line-height: 1.35; white-space: pre-wrap }
.hint { margin: 1rem 0 0; padding: .75rem 1rem; border-left: 3px solid var(--red); background: var(--card) }
.hint p { margin: 0 0 .4rem }
.hint p:last-child { margin: 0; color: var(--soft); font-size: .85rem }
.code { margin: .4rem 0 0; color: var(--soft); font: .85rem/1.5 ui-monospace, monospace }
.places, .facts { margin: 0 0 1rem; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); overflow: hidden }
.place, .folded { margin: 0; border-top: 1px solid var(--edge) }
.places > :first-child { border-top: 0 }
summary, p.place { padding: .5rem .9rem; font-size: .9rem }
summary { cursor: pointer }
summary:hover { background: var(--code) }
:focus-visible { outline: 2px solid var(--red); outline-offset: -2px }
p.place { padding-left: 2rem }
.folded > summary { color: var(--soft) }
.folded > .place { padding-left: 1rem }
code, pre { font-family: ui-monospace, 'SF Mono', Menlo, Consolas, monospace; font-size: .85rem }
.file span { color: var(--red) }
.where, .none { color: var(--soft) }
.where { margin-left: .5rem }
pre { margin: 0; padding: .5rem 0; background: var(--code); border-top: 1px solid var(--edge); overflow-x: auto; line-height: 1.6; tab-size: 2 }
.line { display: block; width: max-content; min-width: 100%; padding-right: 1rem; white-space: pre; overflow-wrap: normal }
.line i { display: inline-block; width: 4rem; padding-right: 1rem; color: var(--soft); font-style: normal; text-align: right; user-select: none }
.marked { background: var(--mark) }
.marked i { color: var(--red); font-weight: 600 }
.cause { margin: 1.75rem 0 1rem }
.cause .message { margin: 0 0 .75rem; font-size: 1.05rem }
.cause h2 { color: var(--red) }
table { width: 100%; border-collapse: collapse; font: .85rem/1.5 ui-monospace, monospace }
th, td { padding: .3rem .9rem; border-top: 1px solid var(--edge); text-align: left; vertical-align: top; white-space: pre-wrap }
th { width: 16rem; color: var(--soft); font-weight: 400 }
footer { padding-bottom: 2rem; color: var(--soft); font-size: .85rem }
@media (max-width: 40rem) {
  body { font-size: 15px }
  header, main, footer { padding-left: .75rem; padding-right: .75rem }
  header { padding-top: 1.25rem }
  .line i { width: 2.75rem; padding-right: .6rem }
  .where { display: block; margin-left: 1rem }
  th, td { display: block; width: auto; border-top: 0; padding-bottom: 0 }
  td { padding: 0 .9rem .4rem }
  tr { display: block; border-top: 1px solid var(--edge) }
}
`)
