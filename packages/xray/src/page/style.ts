import { Html } from './html.ts'

/** Readable from the back of a room, in light and dark mode, and without external resources. */
export const style: Html = new Html(`
:root { color-scheme: light dark; --paper: light-dark(#ffffff, #14161b); --ink: light-dark(#171a21, #eceef3);
  --soft: light-dark(#535a6b, #a9afbe); --line: light-dark(#cdd2dd, #3d4350); --well: light-dark(#f3f5f9, #1e2129);
  --in: light-dark(#0b57a4, #8ec5ff); --in-paper: light-dark(#eaf3fc, #14263a);
  --out: light-dark(#1a6b2c, #8fdc9f); --out-paper: light-dark(#eaf6ec, #15291a);
  --bad: light-dark(#a8241c, #ffab9f); --bad-paper: light-dark(#fdeeec, #361a18); }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; display: grid; grid-template-columns: 19rem minmax(0, 1fr); background: var(--paper); color: var(--ink);
  font: 1.1875rem/1.45 system-ui, sans-serif; min-height: 100vh; }
body.alone { display: block; }
a { color: var(--in); } :focus-visible { outline: 3px solid var(--in); outline-offset: 2px; border-radius: .3rem; }
.skip { position: absolute; left: -99rem; } .skip:focus { left: 1rem; top: 1rem; background: var(--paper); padding: .5rem; z-index: 1; }
p, h1, h2, h3, h4, h5, pre { margin: 0; } i { font-style: normal; color: var(--soft); } small { font-size: 1rem; font-weight: 400; color: var(--soft); }
pre, code, .lines, .source { font-family: ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; }
pre, code { font-size: .94em; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
nav { border-right: 1px solid var(--line); padding: 1rem; position: sticky; top: 0; height: 100vh; overflow: auto; }
nav h1 { font-size: 1.5rem; } nav ol { list-style: none; margin: .75rem 0; padding: 0; }
nav li a { display: grid; grid-template-columns: 2.6rem minmax(0, 1fr) auto; gap: .5rem; padding: .45rem .5rem; color: inherit; text-decoration: none; border-radius: .4rem; font-size: 1.0625rem; }
nav li a:hover { background: var(--well); } nav li a[aria-current] { background: var(--in-paper); box-shadow: inset .3rem 0 var(--in); }
nav li span { white-space: nowrap; overflow: hidden; text-overflow: ellipsis; } nav p { font-size: 1rem; color: var(--soft); margin-top: .5rem; }
kbd { border: 1px solid var(--line); border-radius: .25rem; padding: 0 .35rem; font: inherit; }
main { padding: .75rem clamp(.75rem, 3vw, 2.5rem) 3rem; max-width: 78rem; min-width: 0; }
.links { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; justify-content: flex-end; font-size: 1rem; }
.good { color: var(--out); } .on { color: var(--in); } b.bad { color: var(--bad); } .open { color: var(--soft); }
.headline { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 1.25rem; }
.headline h2 { font-size: clamp(1.4rem, 3vw, 2rem); line-height: 1.2; overflow-wrap: anywhere; }
.headline p { font-size: 1.125rem; color: var(--soft); } .headline b { font-size: clamp(1.2rem, 2.5vw, 1.6rem); margin-right: .75rem; }
table { border-collapse: collapse; } th, td { text-align: left; vertical-align: top; overflow-wrap: anywhere; } th { font-weight: 600; }
.time h3 { margin-top: 1.5rem; } .times { width: 100%; margin: .5rem 0; table-layout: fixed; } .times td, .times th { padding: .2rem .6rem .2rem 0; }
.times tbody th { padding-left: calc(var(--depth) * 1em); }
.times thead th { font-weight: 400; font-size: 1rem; color: var(--soft); } .times tr > :first-child { width: 32%; } .times .own { width: 6.5rem; text-align: right; padding-right: 0; white-space: nowrap; }
.scale span:last-child { float: right; } .scale .key { margin-left: 1rem; border-left: 4px solid var(--out); padding-left: .4rem; }
.track { position: relative; background: var(--well); border-bottom: 3px solid var(--paper); }
.bar { position: absolute; inset: .15rem auto .15rem 0; min-width: 4px; background: var(--edge); border-radius: .2rem; }
.tick { position: absolute; top: 0; bottom: 0; width: 4px; margin-left: -4px; background: var(--out); }
.legend { display: flex; flex-wrap: wrap; gap: .4rem 1.5rem; font-size: 1rem; margin: .25rem 0 .5rem; }
.legend span { border-left: .5rem solid; padding-left: .5rem; } .legend .in { color: var(--in); } .legend .out { color: var(--out); } .legend .bad { color: var(--bad); }
.server, .layer { border: 3px solid var(--edge); border-radius: .8rem; padding: 0 .75rem .75rem; margin: .75rem 0; background: var(--paper); }
.server { --edge: light-dark(#3b4252, #aab1c0); --band: light-dark(#e5e8ef, #2b303b); }
.layer.part { border-style: dashed; }
.server > header, .layer > header { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: baseline; gap: 0 1rem; margin: 0 -.75rem .75rem;
  padding: .35rem .75rem; background: var(--band); border-radius: .6rem .6rem 0 0; }
h3 { font-size: 1.5rem; line-height: 1.3; overflow-wrap: anywhere; min-width: 0; } .layer > header p { white-space: nowrap; } .server > header small, .layer > header small { color: inherit; margin-right: .4rem; }
.layer > header:last-child { margin-bottom: -.75rem; border-radius: .6rem; }
.c0 { --edge: light-dark(#3f74d6, #7ba4f2); --band: light-dark(#dbe7fc, #1d2d50); } .c1 { --edge: light-dark(#8257cf, #b395ee); --band: light-dark(#eae1fb, #31234f); }
.c2 { --edge: light-dark(#c04a91, #ea8fc4); --band: light-dark(#fbe0f0, #48203a); } .c3 { --edge: light-dark(#c2641a, #eda368); --band: light-dark(#fce7d5, #462b15); }
.c4 { --edge: light-dark(#7c7a14, #cdca58); --band: light-dark(#f3f1cd, #363511); } .c5 { --edge: light-dark(#1b8c8c, #60cccc); --band: light-dark(#d5f2f2, #123a3a); }
.step { border-left: .5rem solid var(--soft); padding: .4rem .75rem; margin: .5rem 0; background: var(--well); border-radius: 0 .4rem .4rem 0; overflow-wrap: anywhere; }
.step > :first-child::first-letter { } h4, h5 { font-size: 1.1875rem; } h5 { font-weight: 400; font-size: 1.0625rem; color: var(--soft); }
.step.in { border-color: var(--in); background: var(--in-paper); } .step.out { border-color: var(--out); background: var(--out-paper); }
.step.bad { border-color: var(--bad); background: var(--bad-paper); }
p.step::before, .step > h4::before { font-weight: 700; margin-right: .4rem; } p.step.in::before, .step.in > h4::before { content: '↓'; color: var(--in); }
p.step.out::before, .step.out > h4::before { content: '↑'; color: var(--out); } p.step.bad::before, .step.bad > h4::before { content: '✗'; color: var(--bad); }
.quiet { color: var(--soft); font-size: 1.0625rem; }
.lines { font-size: 1.0625rem; margin: .25rem 0; width: 100%; } .lines th, .lines td { padding: .1rem .75rem .1rem .4rem; } .lines th { white-space: nowrap; width: 1%; font-weight: 400; color: var(--soft); }
.lines .added th::before { content: '+ '; } .lines .gone th::before { content: '− '; } .lines .gone td { text-decoration: line-through; }
.lines .added > * { background: light-dark(#c9eccf, #1f4a2a); color: light-dark(#0e4319, #c4f5cf); } .lines .gone > * { background: light-dark(#fad3ce, #57231e); color: light-dark(#6f150e, #ffd2cb); }
.lines .added th, .lines .gone th { font-weight: 700; }
.head th::after { content: ':'; }
.line { font-size: 1.0625rem; font-weight: 700; padding: .1rem .4rem; } .chunk { margin-top: .5rem; padding: .4rem; background: var(--paper); border: 1px solid var(--line); border-radius: .4rem; }
.rows { font-size: 1.0625rem; margin: .25rem 0; } .rows th, .rows td { padding: .15rem 1.25rem .15rem 0; } .rows th { color: var(--soft); font-weight: 400; }
.rows .hit td { font-weight: 700; color: var(--out); } .rows .hit td:first-child::before { content: '✓ '; } .rows .miss td:first-child::before { content: '✗ '; color: var(--bad); }
.first { display: flex; flex-wrap: wrap; gap: 0 1.25rem; font: 1rem/1.45 ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.tool { margin: .5rem 0; } summary { color: var(--soft); cursor: pointer; font-size: 1.0625rem; } details > pre { margin: .4rem 0; padding: .5rem; background: var(--well); border-radius: .4rem; }
.empty { font-size: 1.5rem; color: var(--soft); }
@media (max-width: 56rem) { body { display: block; font-size: 1.0625rem; } nav { position: static; height: auto; max-height: 40vh; border-right: 0; border-bottom: 1px solid var(--line); }
  .server, .layer { padding: 0 .35rem .35rem; } .server > header, .layer > header { margin: 0 -.35rem .4rem; } h3 { font-size: 1.25rem; } .lines tr, .lines th, .lines td { display: block; width: auto; } .lines tr { padding: .15rem 0; } .lines td { padding-left: 1.5rem; } .step { padding: .35rem .4rem; border-left-width: .35rem; }
  .times .own { width: 4.5rem; } .times tr > :first-child { width: 40%; } .rows { display: block; overflow-x: auto; } .rows th, .rows td { white-space: nowrap; padding-right: .75rem; } .times tbody th { font-size: .9375rem; padding-left: calc(var(--depth) * .5em); } .scale .key { margin-left: .4rem; } }
`)
