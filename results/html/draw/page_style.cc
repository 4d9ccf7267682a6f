#include "results/html/draw/page_look.h"

namespace ringlab::html {

// Colours are Okabe and Ito's, lightened where they stand on a dark ground.
const char* const kPageStyle = R"css(
:root {
  --bg: #f7f7f5; --card: #ffffff; --ink: #1c2127; --soft: #5c6670; --line: #dfe2e5;
  --grid: #e9ebee; --good: #00735a; --good-bg: #e4f3ee; --bad: #b04400; --bad-bg: #fbebe0;
  --warn: #8a6100; --warn-bg: #fbf2d9; --c0: #8b939c; --c1: #0072b2; --c2: #d55e00;
  --c3: #009e73; --c4: #cc79a7; --c5: #e69f00; --c6: #56b4e9; --c7: #5b4b9a; --c8: #b8a800;
  --o0: #c3cad1; --o1: #a9b2bb; --shade: #d55e0026; --edge: #00000040;
  --h1: #d5e6f2; --h2: #bcd8ea; --h3: #9cc6e0; --h4: #78b0d4; --h5: #5399c5; --h6: #3380b3;
  --h7: #19659a; --h8: #0b4a7a; --h9: #082f52;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #101317; --card: #171b20; --ink: #e6e9ed; --soft: #9ba5b0; --line: #2c333b;
    --grid: #242a31; --good: #5fd0ac; --good-bg: #12291f; --bad: #ff9d5c; --bad-bg: #33200f;
    --warn: #f0c860; --warn-bg: #2e270f; --c0: #808a94; --c1: #56b4e9; --c2: #f08a3c;
    --c3: #2ec49a; --c4: #e2a0c6; --c5: #f0bd4a; --c6: #a9d8f5; --c7: #ab9cec; --c8: #e9dc57;
    --o0: #414a54; --o1: #56616c; --shade: #f08a3c33;
    --edge: #ffffff55;
    --h1: #13293a; --h2: #173a54; --h3: #1b4c70; --h4: #21618f; --h5: #2f7ab0; --h6: #4c98cc;
    --h7: #78b7e0; --h8: #acd5ef; --h9: #e4f3fd;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 40px 20px 80px; max-width: 980px; background: var(--bg);
  color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
  "DejaVu Sans", sans-serif; overflow-wrap: break-word;
}
h1 { font-size: 15px; font-weight: 600; color: var(--soft); margin: 0 0 14px; }
h2 { font-size: 22px; line-height: 1.25; font-weight: 650; margin: 0 0 6px; }
h3 { font-size: 16px; font-weight: 650; margin: 34px 0 4px; }
p { margin: 6px 0 12px; max-width: 72ch; }
p.soft, figcaption, caption { color: var(--soft); font-size: 14px; line-height: 1.5; }
section { margin: 56px 0 0; scroll-margin-top: 20px; }
th, td, dd, code, span, button, pre { unicode-bidi: isolate; }
code, pre { font: 13px/1.5 ui-monospace, "SF Mono", Menlo, "DejaVu Sans Mono", monospace; }
pre {
  background: var(--card); border: 1px solid var(--line); border-radius: 8px; padding: 12px 14px;
  white-space: pre-wrap; overflow-wrap: anywhere; margin: 10px 0;
}
.banner {
  border-radius: 12px; padding: 20px 24px; background: var(--card);
  border: 1px solid var(--line); border-left: 8px solid var(--c0);
}
.banner .word { font-size: 30px; line-height: 1.15; font-weight: 750; margin: 0; max-width: none; }
.banner p:last-child, .banner ul:last-child { margin-bottom: 0; }
.banner ul { margin: 8px 0; padding-left: 20px; }
.good { border-left-color: var(--good); background: var(--good-bg); }
.bad { border-left-color: var(--bad); background: var(--bad-bg); }
.warn { border-left-color: var(--warn); background: var(--warn-bg); }
.good .word, td.good, .good-text { color: var(--good); }
.bad .word, td.bad, .bad-text { color: var(--bad); }
.warn .word, td.warn, .warn-text { color: var(--warn); }
.good-text, .bad-text, .warn-text { font-weight: 650; white-space: nowrap; }
.tiles {
  display: grid; grid-template-columns: repeat(auto-fill, minmax(230px, 1fr)); gap: 12px;
  margin: 16px 0 0;
}
.tile {
  background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  padding: 12px 14px;
}
.tile b { display: block; font-size: 21px; line-height: 1.3; font-weight: 650;
  font-variant-numeric: tabular-nums; }
.tile span { display: block; color: var(--soft); font-size: 13px; line-height: 1.4; }
nav { margin: 18px 0 0; display: flex; flex-wrap: wrap; gap: 4px 16px; font-size: 14px; }
a { color: var(--c1); text-decoration: none; }
a:hover { text-decoration: underline; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 3px 18px; margin: 12px 0;
  font-size: 14px; }
dt { color: var(--soft); }
dd { margin: 0; overflow-wrap: anywhere; }
.scroll {  /* a shadow lies at an edge beyond which there is more */
  overflow-x: auto; margin: 12px 0;
  background: linear-gradient(90deg, var(--bg) 30%, transparent) 0 0 / 40px 100% no-repeat local,
    linear-gradient(270deg, var(--bg) 30%, transparent) 100% 0 / 40px 100% no-repeat local,
    linear-gradient(90deg, var(--edge), transparent) 0 0 / 14px 100% no-repeat scroll,
    linear-gradient(270deg, var(--edge), transparent) 100% 0 / 14px 100% no-repeat scroll;
}
.narrow { display: none; }
table { border-collapse: collapse; width: 100%; font-size: 14px;
  font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: 0 0 6px; }
th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); vertical-align: middle; }
thead th { color: var(--soft); font-weight: 500; font-size: 13px; vertical-align: bottom; }
tbody th { font-weight: 550; }
.number { text-align: right; white-space: nowrap; }
.text { text-align: left; }
.text.name { min-width: 110px; max-width: 260px; overflow-wrap: break-word; }
.wide { width: 42%; min-width: 200px; }
.half { width: 24%; min-width: 140px; }
tr.total > * { border-top: 2px solid var(--line); font-weight: 550; }
.delta { color: var(--soft); font-size: 12px; display: block; }
figure { margin: 20px 0 8px; }
figcaption { margin: 8px 0 0; max-width: 76ch; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 14px; margin: 4px 0 8px; }
.key { display: inline-flex; align-items: center; gap: 6px; border: 0; padding: 2px 0;
  background: none; color: var(--ink); font-family: inherit;
  font-size: 13px; }
.key svg { width: 22px; height: 10px; flex: none; overflow: visible; }
.legend span.key svg { height: 16px; }
.js button.key { cursor: pointer; }
.js button.key[aria-pressed="false"] { opacity: 0.45; text-decoration: line-through; }
html:not(.js) button.key { pointer-events: none; }
html:not(.js) button.key[aria-pressed="false"], html:not(.js) .script { display: none; }
.shaded { width: 22px; height: 12px; background: var(--shade); border: 1px solid var(--c2); }
.ramp { display: inline-flex; }
.swatch { width: 14px; height: 12px; }
.axis-y, .axis-x { color: var(--soft); font-size: 12.5px; line-height: 1.4; }
.axis-x { text-align: right; margin-top: 24px; }
.axis-y { margin-bottom: 8px; }
.area { position: relative; margin: 0 28px 0 64px; border-bottom: 1px solid var(--soft); }
.area:focus-visible { outline: 2px solid var(--c1); outline-offset: 4px; }
.area > svg { position: absolute; inset: 0; width: 100%; height: 100%; overflow: visible;
  display: block; }
.area span { position: absolute; font-size: 12px; line-height: 16px; white-space: nowrap;
  color: var(--soft); font-variant-numeric: tabular-nums; pointer-events: none; }
.area .y { right: 100%; margin-right: 8px; transform: translateY(-50%); }
.area .x { top: 100%; margin-top: 6px; transform: translateX(-50%); }
.area .note { right: 4px; transform: translateY(-100%); color: var(--ink); padding: 0 4px;
  text-shadow: 0 0 3px var(--bg), 0 0 3px var(--bg), 0 0 3px var(--bg); }
.area .note.up { right: auto; top: 0; transform: none; }
.area .note.up.end { transform: translateX(-100%); }
svg path, svg rect, svg circle { vector-effect: non-scaling-stroke; }
.whisker { stroke-width: 1.5; fill: none; }
.grid { stroke: var(--grid); stroke-width: 1; fill: none; }
.rule { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 4; fill: none; }
.line { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
.fine { stroke-width: 1.1; }
.dashed { stroke-dasharray: 6 5; }
.dotted { stroke-dasharray: 1 4; }
.dots { stroke-width: 7; }
.fill { fill-opacity: 0.16; }
.fill.strong { fill-opacity: 0.85; }
.shade { fill: var(--shade); }
.off { display: none; }
.c0 { stroke: var(--c0); } .c1 { stroke: var(--c1); } .c2 { stroke: var(--c2); }
.c3 { stroke: var(--c3); } .c4 { stroke: var(--c4); } .c5 { stroke: var(--c5); }
.c6 { stroke: var(--c6); } .c7 { stroke: var(--c7); } .c8 { stroke: var(--c8); }
.o0 { stroke: var(--o0); } .o1 { stroke: var(--o1); }
.fill.c0, .bar.c0 { fill: var(--c0); } .fill.c1, .bar.c1 { fill: var(--c1); }
.fill.c2, .bar.c2 { fill: var(--c2); } .fill.c3, .bar.c3 { fill: var(--c3); }
.fill.c4, .bar.c4 { fill: var(--c4); } .fill.c5, .bar.c5 { fill: var(--c5); }
.fill.c6, .bar.c6 { fill: var(--c6); } .fill.c7, .bar.c7 { fill: var(--c7); }
.fill.c8, .bar.c8 { fill: var(--c8); }
.h1 { fill: var(--h1); background: var(--h1); } .h2 { fill: var(--h2); background: var(--h2); }
.h3 { fill: var(--h3); background: var(--h3); } .h4 { fill: var(--h4); background: var(--h4); }
.h5 { fill: var(--h5); background: var(--h5); } .h6 { fill: var(--h6); background: var(--h6); }
.h7 { fill: var(--h7); background: var(--h7); } .h8 { fill: var(--h8); background: var(--h8); }
.h9 { fill: var(--h9); background: var(--h9); }
.h1, .h2, .h3, .h4, .h5, .h6, .h7, .h8, .h9 { shape-rendering: crispEdges; }
td .strip.small { height: 8px; margin-top: 3px; }
.strip { display: block; width: 100%; height: 20px; overflow: visible; }
.bar, .fill { stroke: none; }
.bar.quiet { fill: var(--grid); } .bar.plain { fill: var(--o0); }
.bar.thin { transform: translateY(4px) scaleY(0.6); }
.mark { stroke-width: 2; fill: none; }
.mark.ink { stroke: var(--ink); }
.mark.guide { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 2 2; }
.dot { stroke-width: 9; stroke-linecap: round; fill: none; }
.dot.ink { stroke: var(--ink); }
.arrival { stroke-width: 5; stroke-linecap: round; fill: none; }
.beside { display: grid; grid-template-columns: minmax(220px, 320px) 1fr; gap: 8px 32px;
  align-items: center; }
.circle { width: 100%; max-width: 340px; display: block; margin: 0 auto; }
.circle text { text-anchor: middle; font-size: 14px; fill: var(--soft); }
.circle .big { font-size: 30px; font-weight: 700; fill: var(--ink); }
.arc { fill: none; vector-effect: none !important; }
details { margin: 14px 0; }
summary { cursor: pointer; color: var(--c1); font-size: 14px; }
#save { font: inherit; font-size: 14px; padding: 8px 16px; border-radius: 8px; cursor: pointer;
  border: 1px solid var(--c1); color: var(--c1); background: var(--card); }
.tip { position: fixed; z-index: 9; pointer-events: none; max-width: 320px; padding: 8px 11px;
  border-radius: 8px; background: var(--card); border: 1px solid var(--line); color: var(--ink);
  font-size: 12.5px; line-height: 1.5; box-shadow: 0 4px 18px #0003;
  font-variant-numeric: tabular-nums; }
.tip b { display: block; font-weight: 600; }
.tip div { display: flex; gap: 8px; align-items: center; justify-content: space-between; }
.tip svg { width: 16px; height: 8px; flex: none; overflow: visible; }
.tip em { font-style: normal; flex: 1; }
.cross { stroke: var(--soft); stroke-width: 1; fill: none; }
@media (max-width: 640px) {
  body { padding: 20px 14px 60px; font-size: 15px; }
  .banner { padding: 16px 18px; }
  .banner .word { font-size: 25px; }
  .area { margin-left: 52px; margin-right: 18px; }
  .area .x.even { display: none; }
  .tiles { grid-template-columns: repeat(2, 1fr); }
  caption { max-width: calc(100vw - 30px); }
  .narrow { display: block; }
  .wide, .half { min-width: 110px; }
  .text.name { min-width: 84px; }
  .beside { grid-template-columns: 1fr; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin: 0 0 6px; }
  th, td { padding: 5px 7px; }
}
@media print {
  :root { --bg: #fff; --card: #fff; }
  body { max-width: none; padding: 0; font-size: 11pt; }
  nav, .script, .tip, .narrow { display: none; }
  section { margin-top: 28pt; }
  figure, tr, .banner, .tile, .beside { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  .scroll { overflow: visible; background: none; }
  table { font-size: 8.5pt; }
  thead th { font-size: 8pt; }
  th, td { padding: 3px 5px; }
  .text.name { min-width: 50px; }
  .wide, .half { min-width: 80px; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
)css";

}  // namespace ringlab::html
