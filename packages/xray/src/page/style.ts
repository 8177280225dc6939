import { Html } from './html.ts'

/** Large enough for the back of a room; light and dark; nothing is fetched. */
export const style: Html = new Html(`
:root { color-scheme: light dark; --in: light-dark(#0b57a4, #8ec5ff); --out: light-dark(#1b6e2d, #8fdc9f);
  --bad: light-dark(#a8321c, #ffab9b); --paper: light-dark(#fff, #16181d); --ink: light-dark(#1c1f26, #e8eaef);
  --soft: light-dark(#5a6070, #a3a9b8); --line: light-dark(#d5d9e2, #353a46); --well: light-dark(#f5f6f9, #1f222a); }
* { box-sizing: border-box; }
body { margin: 0; display: grid; grid-template-columns: minmax(14rem, 20rem) 1fr; background: var(--paper); color: var(--ink);
  font: 1.0625rem/1.45 system-ui, sans-serif; min-height: 100vh; }
body.alone { display: block; }
nav { border-right: 1px solid var(--line); padding: 1rem; position: sticky; top: 0; height: 100vh; overflow: auto; }
nav h1 { margin: 0 0 .75rem; font-size: 1.4rem; } nav h1 a { color: inherit; text-decoration: none; }
nav ol { list-style: none; margin: 0; padding: 0; }
nav li a { display: grid; grid-template-columns: 2.75rem 1fr auto; gap: .5rem; padding: .4rem .5rem; color: inherit; text-decoration: none; border-radius: .4rem; }
nav li a[aria-current] { background: var(--well); outline: 2px solid var(--line); }
nav li span { overflow-wrap: anywhere; }
i { font-style: normal; font-weight: 400; color: var(--soft); font-size: .9rem; white-space: nowrap; }
.hint { color: var(--soft); font-size: .9rem; }
kbd { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .3rem; }
main { padding: 1.25rem clamp(1rem, 3vw, 2.5rem); max-width: 70rem; min-width: 0; }
.links { display: flex; gap: 1rem; justify-content: flex-end; margin: 0 0 .5rem; } a { color: var(--in); }
.good { color: var(--out); } .on { color: var(--in); } .bad, .broken { color: var(--bad); } .open { color: var(--soft); }
.server { border: 3px solid var(--ink); border-radius: .8rem; padding: 1rem; }
h2 { font-size: 1.5rem; margin: 0 0 .75rem; overflow-wrap: anywhere; } h2 small { font-size: .9rem; color: var(--soft); font-weight: 400; }
h3 { font-size: 1.2rem; margin: 0 0 .4rem; display: flex; flex-wrap: wrap; align-items: baseline; gap: .3rem 1rem; } h4 { margin: 0; font-size: 1rem; }
pre, code { font: .95rem/1.4 ui-monospace, 'DejaVu Sans Mono', monospace; }
pre { margin: .3rem 0; white-space: pre-wrap; overflow-wrap: anywhere; } p { margin: .3rem 0; }
.in, .out, .event { border-left: .35rem solid var(--soft); padding: .3rem .75rem; margin: .5rem 0; background: var(--well); border-radius: 0 .4rem .4rem 0; }
.in { border-color: var(--in); } .in > h3::before, .in > h4::before, .event.in > b::before { content: '↓ '; color: var(--in); }
.out { border-color: var(--out); } .out > h3::before, .event.out > b::before { content: '↑ '; color: var(--out); }
.threw { border-color: var(--bad); } .refused, .threw b { color: var(--bad); }
.layer { border: 2px solid var(--line); border-left: .5rem solid var(--hue); border-radius: .6rem; padding: .75rem .75rem .5rem; margin: .75rem 0; }
.layer.part { border-style: dashed; border-left-style: solid; }
.c0 { --hue: #4c7fd9; } .c1 { --hue: #8a63d2; } .c2 { --hue: #c2569b; } .c3 { --hue: #d0762c; } .c4 { --hue: #4f9d4a; } .c5 { --hue: #2f9c9c; }
.time { flex: 1; display: flex; align-items: center; gap: .6rem; justify-content: flex-end; min-width: 12rem; }
.bar { width: clamp(5rem, 40%, 16rem); height: .6rem; background: var(--well); border-radius: .3rem; overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--hue); border-radius: .3rem; }
table { border-collapse: collapse; font-size: .95rem; margin: .2rem 0; } th, td { text-align: left; vertical-align: top; padding: .12rem 1rem .12rem 0; overflow-wrap: anywhere; }
th { font-weight: 600; white-space: nowrap; } .added th { color: var(--out); } .gone th, del { color: var(--bad); } ins { color: var(--out); text-decoration: none; }
summary { color: var(--soft); cursor: pointer; font-size: .9rem; } .chunk { margin: .4rem 0; } .empty { font-size: 1.3rem; color: var(--soft); }
@media (max-width: 50rem) { body { display: block; } nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
  .time { min-width: 0; flex-basis: 100%; justify-content: flex-start; } .layer { padding: .5rem; } th { white-space: normal; } }
`)
