// What the tests in a browser share: checks, patience, the places that a report is opened from, its screens, their layout.
'use strict';
const fs = require('fs');
const http = require('http');
const path = require('path');
const { pathToFileURL } = require('url');
const baseline = require('./baseline.js');

const POLICY = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'";
let checks = 0;
const failed = [];
const check = (good, what) => {
  checks++;
  if (!good) { failed.push(what); console.log('FAILED: ' + what); }
};
const same = (seen, wanted) => JSON.stringify(seen) === JSON.stringify(wanted);
const equal = (seen, wanted, what) => check(same(seen, wanted), `${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`);

// A browser answers later than it is asked: a click has not yet led anywhere when it returns, an event comes in a task of its
// own. So nothing is read right after an action; it is looked at until it is as expected, and judged as it was last seen.
// Where much is wrong, waiting for each of it would take hours.
const PATIENCE = 60000;
const patience = () => (failed.length < 3 ? PATIENCE : 2000);
const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));
const eventually = async (look, wanted, what) => {
  const end = Date.now() + patience();
  for (let step = 5; ; step = Math.min(2 * step, 250)) {
    // The page that was asked may be gone before it answers.
    const seen = await look().catch((error) => `${error}`.split('\n')[0]);
    if (same(seen, wanted) || Date.now() > end) { equal(seen, wanted, what); return; }
    await pause(step);
  }
};
const becomes = (look, what) => eventually(async () => { const seen = await look(); return typeof seen === 'string' ? seen : Boolean(seen); }, true, what);

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.json': 'application/json' };
// The reports on the disk, and from two servers: one says the policy of a CI server, one says nothing.
const server = (reports, policy) => new Promise((done) => {
  const one = http.createServer((request, response) => {
    const file = path.join(reports, decodeURIComponent(request.url.split('?')[0]));
    if (!file.startsWith(reports) || !fs.existsSync(file)) { response.writeHead(404); response.end(); return; }
    const headers = { 'Content-Type': TYPES[path.extname(file)] || 'text/plain' };
    if (policy) headers['Content-Security-Policy'] = POLICY;
    response.writeHead(200, headers);
    response.end(fs.readFileSync(file));
  });
  one.listen(0, '127.0.0.1', () => done(one));
});
const serve = async (reports) => {
  const [strict, plain] = [await server(reports, true), await server(reports, false)];
  const origins = {
    policy: (project, page) => `http://127.0.0.1:${strict.address().port}/${project}-html/${page}`,
    server: (project, page) => `http://127.0.0.1:${plain.address().port}/${project}-html/${page}`,
    disk: (project, page) => pathToFileURL(path.join(reports, `${project}-html`, page)).href,
  };
  return { origins, close: () => { for (const one of [strict, plain]) { one.closeAllConnections(); one.close(); } } };
};

// Boxes that stand beside or below each other must not overlap, and text must not run out of its box.
const layout = () => {
  const found = [];
  // What waits below the window is not laid out yet.
  const seen = (element) => element.checkVisibility({ contentVisibilityAuto: true }) && getComputedStyle(element).position !== 'absolute';
  const name = (element) => element.tagName.toLowerCase() + (element.className && element.className.baseVal === undefined ? '.' + element.className : '') + ' "' + element.textContent.trim().slice(0, 30) + '"';
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide of ${innerWidth}`);
  const groups = ['.top > *', '.top nav a', '.tools > *', '.card', '.views > *', 'main > *', '.filehead > *', '.sourcetools > *', '.hop > *', '.src tr:nth-child(-n+80)', '.tree summary > *', '.notices > *', 'aside tr > *'];
  for (const selector of groups) {
    const boxes = [...document.querySelectorAll(selector)].slice(0, 250).map((element) => [element, element.getBoundingClientRect()]);
    const shown = boxes.filter(([element, box]) => seen(element) && box.width > 1 && box.height > 1 && getComputedStyle(element).visibility === 'visible');
    for (let a = 0; a < shown.length; a++) {
      for (let b = a + 1; b < shown.length; b++) {
        const [one, other] = [shown[a][1], shown[b][1]];
        const width = Math.min(one.right, other.right) - Math.max(one.left, other.left);
        const height = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
        if (width > 1.5 && height > 1.5 && !shown[a][0].contains(shown[b][0])) found.push(`${name(shown[a][0])} overlaps ${name(shown[b][0])}`);
      }
    }
  }
  for (const element of document.querySelectorAll('.card, .card p, .top a, .views a, button, .list th, .list td, .tree summary > *, .tree td, h1, .facts')) {
    if (seen(element) && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && getComputedStyle(element).overflowX !== 'auto') found.push(`${name(element)} is cut`);
  }
  for (const element of document.querySelectorAll('.list tbody th')) {
    if (seen(element) && element.textContent.length > 9 && element.clientWidth < 80) found.push(`${name(element)} has ${element.clientWidth} to stand in`);
  }
  // What is pressed can be met; numbers of lines are as high as the lines are.
  for (const element of document.querySelectorAll('a[href], button, summary, select, input:not([type=checkbox])')) {
    const box = element.getBoundingClientRect();
    if (seen(element) && !element.closest('.src, svg, .skip') && (box.width < 23.5 || box.height < 23.5)) found.push(`${name(element)} is ${Math.round(box.width)} by ${Math.round(box.height)}`);
  }
  // No card stands beside empty space.
  const cards = [...document.querySelectorAll('.card')].map((card) => card.getBoundingClientRect());
  const end = document.querySelector('.cards') && document.querySelector('.cards').getBoundingClientRect().right;
  if (cards.length && cards[cards.length - 1].right < end - 2) found.push('cards end before the page does');
  return found.slice(0, 8);
};

const screens = (project, file) => ['index.html', 'packages.html', 'files.html', 'functions.html', 'treemap.html', 'health.html', file].map((page) => [project, page]);
const SCREENS = [...screens('shop', 'files/store/order.go.html'), ['change', 'index.html'], ['change', 'tree.html'], ['change', 'owners.html'], ['hostile', 'owners.html'], ['change', 'files/store/order.go.html'], ['counts', 'files/sum.go.html'], ['counts', 'files/long/long.go.html'], ['counts', 'index.html'], ['hostile', 'files.html'], ['hostile', 'index.html'], ['hostile', 'treemap.html'], ...baseline.SCREENS];
const [LIGHT, DARK] = ['rgb(255, 255, 255)', 'rgb(13, 17, 23)'];

// The last words of a run.
const tell = (engine) => {
  console.log(`${engine}: ${checks} checks, ${failed.length} failed, ${Math.round(performance.now() / 1000)} s`);
  process.exitCode = failed.length ? 1 : 0;
};

module.exports = { PATIENCE, LIGHT, DARK, SCREENS, check, equal, eventually, becomes, serve, layout, tell };
