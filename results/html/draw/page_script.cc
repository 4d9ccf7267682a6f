#include "results/html/draw/page_look.h"

namespace ringlab::html {

// The read-out under the pointer, lines that can be switched off, and the button that saves the
// JSON. What it shows of a result goes through textContent, never through markup.
const char* const kPageScript = R"js(
'use strict';
(() => {
  const SVG = 'http://www.w3.org/2000/svg';
  document.documentElement.classList.add('js');
  const tip = document.createElement('div');
  tip.className = 'tip';
  tip.hidden = true;
  tip.setAttribute('role', 'status');
  document.body.append(tip);

  const figure = (v, n) => String(Number(v.toPrecision(n)));
  const grouped = v => String(Math.round(v)).replace(/\B(?=(\d{3})+$)/g, ',');
  const time = v => {
    for (const [size, name] of [[1e9, ' s'], [1e6, ' ms'], [1e3, ' µs']]) {
      if (Math.abs(v) >= size) return (v / size).toPrecision(3) + name;
    }
    return Math.round(v) + ' ns';
  };
  const clock = v => v < 180 ? figure(v, 4) + ' s'
    : Math.floor(v / 60) + ':' + String(Math.round(v) % 60).padStart(2, '0');
  const shown = (unit, v) => {
    if (unit === 'ns') return time(v);
    if (unit === 's') return clock(v);
    if (unit === 'share') return (100 * v).toFixed(2) + ' %';
    if (unit === 'ratio') return v.toFixed(3) + ' ×';
    if (unit === 'tail') return figure(100 - 100 / v, 6) + ' %';
    const text = v >= 1e3 ? grouped(v) : figure(v, 4);
    return unit === 'rate' ? text + '/s' : text;
  };
  const scaleOf = text => {
    const [kind, low, high, unit] = text.split(' ');
    const a = Number(low), b = Number(high);
    const at = p => kind === 'log' ? a * Math.pow(b / a, p) : a + (b - a) * p;
    return {unit, at, shown: p => shown(unit, at(p))};
  };

  // `rows`: [class of the sample, name, value]
  const show = (x, y, head, rows) => {
    const title = document.createElement('b');
    title.textContent = head;
    tip.replaceChildren(title, ...rows.map(([kind, name, value]) => {
      const row = document.createElement('div'), label = document.createElement('em');
      const sample = document.createElementNS(SVG, 'svg');
      const path = document.createElementNS(SVG, 'path');
      sample.setAttribute('viewBox', '0 0 16 8');
      path.setAttribute('class', kind);
      path.setAttribute('d', kind.startsWith('fill') ? 'M0 0H16V8H0Z'
        : kind.endsWith('dots') ? 'M8 4h0' : 'M0 4H16');
      sample.append(path);
      label.textContent = name;
      row.append(...(kind ? [sample] : []), label, value);
      return row;
    }));
    tip.hidden = false;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(x + 16, innerWidth - box.width - 8)) + 'px';
    tip.style.top = Math.max(4, y + box.height + 24 > innerHeight ? y - box.height - 12 : y + 16)
      + 'px';
  };
  const hide = () => { tip.hidden = true; };

  const pointsOf = path => [...path.getAttribute('d').matchAll(/[ML]([\d.]+) ([\d.]+)/g)]
    .map(m => [m[1] / 1000, 1 - m[2] / 1000]);
  const nearest = (points, p) => points.reduce(
    (best, each) => Math.abs(each[0] - p) < Math.abs(best[0] - p) ? each : best);

  const wireChart = chart => {
    const area = chart.querySelector('.area');
    const x = scaleOf(area.dataset.x), y = scaleOf(area.dataset.y);
    const keys = [...chart.querySelectorAll('button.key')];
    const heat = area.querySelector('template');
    const shapes = [...area.querySelectorAll('[data-s]')];
    const names = new Map(keys.map(key => [key.dataset.s, key.textContent]));
    let cross = null, place = 0.5;

    for (const key of keys) {
      key.addEventListener('click', () => {
        const on = key.getAttribute('aria-pressed') !== 'true';
        key.setAttribute('aria-pressed', on);
        for (const shape of shapes) {
          if (shape.dataset.s === key.dataset.s) shape.classList.toggle('off', !on);
        }
      });
    }

    const readLines = (p, px, py) => {
      const rows = [], lines = shapes.filter(
        s => !s.classList.contains('off') && s.classList.contains('line') && s.getAttribute('d'));
      if (lines.length === 0) return hide();
      const points = lines.map(line => line.points || (line.points = pointsOf(line)));
      const at = nearest(points.flat(), p)[0];
      lines.forEach((line, i) => {
        const [left, height] = nearest(points[i], at);
        const kind = line.getAttribute('class');
        if (Math.abs(left - at) > 0.02) return;
        rows.push([kind, names.get(line.dataset.s), y.shown(height)]);
      });
      cross = cross || area.querySelector('svg').appendChild(document.createElementNS(SVG, 'path'));
      cross.setAttribute('class', 'cross');
      cross.setAttribute('d', `M${1000 * at} 0V1000`);
      show(px, py, x.shown(at), rows);
    };
    const cells = heat && heat.dataset.counts.split(';').slice(0, -1).map(c => c.split(','));
    const bounds = heat && heat.dataset.bounds.split(',').map(Number);
    const readCell = (p, up, px, py) => {
      const column = Math.min(cells.length - 1, Math.floor(p * cells.length));
      const row = Math.min(bounds.length - 2, Math.floor(up * (bounds.length - 1)));
      const from = x.shown(column / cells.length), to = x.shown((column + 1) / cells.length);
      show(px, py, `${from} to ${to}`, [
        ['', `${time(bounds[row])} to ${time(bounds[row + 1])}`,
          grouped(Number(cells[column][row] || 0)) + ' requests']]);
    };
    const read = (px, py) => {
      const box = area.getBoundingClientRect();
      place = Math.max(0, Math.min(1, (px - box.left) / box.width));
      const up = Math.max(0, Math.min(1, 1 - (py - box.top) / box.height));
      return heat ? readCell(place, up, px, py) : readLines(place, px, py);
    };
    const leave = () => { hide(); if (cross) cross.setAttribute('d', ''); };
    area.addEventListener('pointermove', event => read(event.clientX, event.clientY));
    area.addEventListener('pointerleave', leave);
    area.addEventListener('blur', leave);
    area.addEventListener('keydown', event => {
      const step = {ArrowLeft: -0.01, ArrowRight: 0.01}[event.key];
      if (!step) return;
      event.preventDefault();
      const box = area.getBoundingClientRect();
      read(box.left + box.width * (place + step), box.top + box.height / 3);
    });
  };

  // Elsewhere the title of a shape is what the browser shows; here it comes at once.
  const wireTitle = title => {
    const shape = title.parentNode, text = title.textContent;
    shape.addEventListener('pointermove', e => show(e.clientX, e.clientY, text, []));
    shape.addEventListener('pointerleave', hide);
  };

  const wire = () => {
    document.querySelectorAll('.chart').forEach(wireChart);
    document.querySelectorAll('.arc > title, .strip > title').forEach(wireTitle);
  };
  wire();

  const save = document.getElementById('save');
  if (save) save.addEventListener('click', () => {
    const result = document.getElementById('result'), link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([result.textContent], {type: 'application/json'}));
    link.download = 'result.json';
    link.click();
  });

  // A page that follows a run. The markup comes from the program that served this script. Who reads
  // a chart, or has opened a fold, is not disturbed.
  if (document.body.dataset.events) {
    const source = new EventSource(document.body.dataset.events);
    const draw = event => {
      const busy = !tip.hidden || document.querySelector('details[open], .off');
      if (busy && event.type !== 'last') return;
      const update = JSON.parse(event.data);
      document.title = update.title;
      for (const part of ['header', 'nav', 'main']) {
        document.querySelector(part).innerHTML = update[part];
      }
      wire();
    };
    source.addEventListener('message', draw);
    source.addEventListener('last', event => { draw(event); source.close(); });
  }
})();
)js";

const char* const kPageScriptHash = "sha256-PjwjzY/OEA4i2H5rSnhBlM4QtZuQ7p5LBhZrkuheNz8=";

}  // namespace ringlab::html
