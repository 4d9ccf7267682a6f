#include "node/front/status_page.h"

namespace ringlab {

// Colours are Okabe and Ito's, lightened where they stand on a dark ground.
const char* const kStatusStyle = R"css(
:root {
  color-scheme: light dark;
  --bg: #f7f7f5; --card: #fff; --ink: #1c2127; --soft: #5c6670; --line: #dfe2e5; --good: #00735a;
  --bad: #b04400; --c0: #8b939c; --c1: #0072b2; --c2: #d55e00; --c3: #009e73; --c4: #cc79a7;
  --c5: #e69f00; --c6: #56b4e9; --c7: #5b4b9a; --c8: #b8a800;
}
@media (prefers-color-scheme: dark) {
  :root {
    --bg: #101317; --card: #171b20; --ink: #e6e9ed; --soft: #9ba5b0; --line: #2c333b;
    --good: #5fd0ac; --bad: #ff9d5c; --c0: #808a94; --c1: #56b4e9; --c2: #f08a3c; --c3: #2ec49a;
    --c4: #e2a0c6; --c5: #f0bd4a; --c6: #a9d8f5; --c7: #ab9cec; --c8: #e9dc57;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; padding: 32px 20px 60px; max-width: 980px; background: var(--bg);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans",
  sans-serif; overflow-wrap: anywhere;
}
h1 { font-size: 26px; margin: 0; }
h2 { font-size: 19px; margin: 0 0 12px; }
h3 { font-size: 15px; margin: 22px 0 4px; color: var(--soft); font-weight: 600; }
.soft { color: var(--soft); font-size: 14px; margin: 4px 0; }
.serving { color: var(--good); } .away { color: var(--bad); }
section {
  background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 22px;
  margin: 20px 0 0;
}
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(130px, 1fr)); gap: 14px; }
.tiles dt { color: var(--soft); font-size: 14px; }
.tiles dd { margin: 0; font-size: 24px; font-weight: 650; }
dl { margin: 0; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: 4px 10px 4px 0; border-top: 1px solid var(--line); }
th { font-weight: 600; color: var(--soft); font-size: 14px; border-top: 0; }
.n { text-align: right; white-space: nowrap; padding-right: 0; }
progress { width: 100%; height: 10px; accent-color: var(--c1); }
code { font: 14px/1.4 ui-monospace, Menlo, "DejaVu Sans Mono", monospace; }
.two { display: grid; grid-template-columns: minmax(200px, 300px) 1fr; gap: 10px 34px; }
@media (max-width: 640px) { .two { grid-template-columns: 1fr; } }
svg.ring { display: block; width: 100%; max-width: 300px; margin: auto; transform: rotate(-90deg); }
svg.ring circle { fill: none; stroke-width: 26; }
.dot { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 8px; }
.dot.c0 { background: var(--c0); } .dot.c1 { background: var(--c1); }
.dot.c2 { background: var(--c2); } .dot.c3 { background: var(--c3); }
.dot.c4 { background: var(--c4); } .dot.c5 { background: var(--c5); }
.dot.c6 { background: var(--c6); } .dot.c7 { background: var(--c7); }
.dot.c8 { background: var(--c8); }
circle.c0 { stroke: var(--c0); } circle.c1 { stroke: var(--c1); } circle.c2 { stroke: var(--c2); }
circle.c3 { stroke: var(--c3); } circle.c4 { stroke: var(--c4); } circle.c5 { stroke: var(--c5); }
circle.c6 { stroke: var(--c6); } circle.c7 { stroke: var(--c7); } circle.c8 { stroke: var(--c8); }
)css";

// A figure names its place in the JSON (data-at) and how it is written (data-as); what is not there
// stays as it is. A ring of another fingerprint, or a node that changes its mind, is a new page.
const char* const kStatusScript = R"js(
const wait = 2000;
let last = null;
const at = (data, path) => path.split('/').reduce((part, name) => part?.[name], data);
const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
function bytes(count) {
  let unit = 0;
  while (count >= 1024 && unit < units.length - 1) { count /= 1024; ++unit; }
  return (unit && count < 100 ? count.toFixed(1) : count.toFixed(0)) + ' ' + units[unit];
}
const written = {
  count: value => String(value).replace(/\B(?=(\d{3})+$)/g, '\u202f'),
  percent: value => (100 * value).toFixed(1) + ' %',
  bytes: bytes,
};
function show(data) {
  for (const figure of document.querySelectorAll('[data-at]')) {
    const value = at(data, figure.dataset.at);
    if (value === undefined) continue;
    if (figure.localName === 'progress') figure.value = value;
    else figure.textContent = written[figure.dataset.as](value);
  }
  data.groups.forEach((group, number) => {
    const rows = group.hot_keys.map(hot => {
      const row = document.createElement('tr');
      const key = row.insertCell().appendChild(document.createElement('code'));
      key.textContent = hot.key;
      const rate = row.insertCell();
      rate.className = 'n';
      rate.textContent = hot.qps.toFixed(1);
      return row;
    });
    const table = document.getElementById('hot-' + number);
    table.tBodies[0].replaceChildren(...rows);
    table.hidden = rows.length === 0;
    document.getElementById('cold-' + number).hidden = rows.length > 0;
    const rate = document.getElementById('rate-' + number);
    if (last) {
      const gets = group.gets - last.data.groups[number].gets;
      rate.textContent = (gets * 1000 / (performance.now() - last.when)).toFixed(0) + ' / s';
    }
    rate.parentElement.hidden = !last;
  });
  last = {data, when: performance.now()};
}
async function refresh() {
  const note = document.getElementById('live');
  try {
    const answer = await fetch('/status.json', {cache: 'no-store'});
    const data = await answer.json();
    const state = document.body.dataset;
    if (data.ring.fingerprint !== state.ring || String(data.serving) !== state.serving) {
      return location.reload();
    }
    show(data);
    note.textContent = 'Live: figures of ' + new Date().toLocaleTimeString() + '.';
  } catch (error) {
    note.textContent = 'The node does not answer; the figures are old.';
  }
  setTimeout(refresh, wait);
}
setTimeout(refresh, wait);
)js";

const char* const kStatusScriptHash = "QaUpfkhCu8TBIhsI9PLTMWnpbaSOJxeK5rORxr8nico=";

}  // namespace ringlab
