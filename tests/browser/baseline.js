// A project that was compared with a baseline, and what its report does in a browser.
'use strict';
const fs = require('fs');
const path = require('path');

const FILE = 'files/store/order.go.html';
const SCREENS = ['index.html', 'lost.html', 'tree.html', 'files.html', 'functions.html', FILE].map((page) => ['baseline', page]);

// The shop. Since the baseline a line was added above Order.Refund, its test was deleted, and so was a file; another file is
// still there, and the profile no longer has it. What main does gained a test.
const ADDED = 63;
const make = ({ out, put, blocks }) => {
  const folder = path.join(out, 'baseline');
  fs.cpSync(path.join(out, 'shop'), folder, { recursive: true });
  const source = (name) => `package store\n\n// ${name} is known to the baseline.\nfunc ${name}() int {\n\treturn 1\n}\n`;
  const line = fs.readFileSync(path.join(folder, 'store/order.go'), 'utf8').split('\n')[ADDED - 1];
  const gone = source('Gone');
  put('baseline/change.diff', `diff --git a/store/gone.go b/store/gone.go\ndeleted file mode 100644\n--- a/store/gone.go\n+++ /dev/null\n@@ -1,6 +0,0 @@\n${gone.trimEnd().split('\n').map((one) => '-' + one).join('\n')}\n` +
    `diff --git a/store/order.go b/store/order.go\n--- a/store/order.go\n+++ b/store/order.go\n@@ -${ADDED - 1},0 +${ADDED} @@\n+${line}\n`);
  let before = '';
  for (const row of fs.readFileSync(path.join(folder, 'cover.out'), 'utf8').trimEnd().split('\n')) {
    if (row.startsWith('mode')) { before += row + '\n'; continue; }
    const [place, statements, count] = row.split(' ');
    const [, file, from, column, to, last] = place.match(/^(.*):(\d+)\.(\d+),(\d+)\.(\d+)$/) || [];
    if (/order\.go$/.test(file) && from > ADDED) before += `${file}:${from - 1}.${column},${to - 1}.${last} ${statements} 1\n`;
    else if (/main\.go$/.test(file)) before += `${place} ${statements} 0\n`;
    else before += `${place} ${statements} ${count}\n`;
  }
  for (const name of ['Gone', 'Extra']) {
    const file = `store/${name.toLowerCase()}.go`;
    put(`baseline/${file}`, source(name));
    for (const block of blocks(`baseline/${file}`)) before += `example.com/shop/${file}:${block} 1\n`;
  }
  fs.rmSync(path.join(folder, 'store/gone.go'));
  put('baseline/baseline.out', before);
};

const test = async ({ open, origins, equal, eventually, becomes, quiet, opened, shownRows, inView }) => {
  const size = { viewport: { width: 1280, height: 800 } };

  // Folding to what was lost needs no script, and goes with folding to the change.
  for (const script of [false, true]) {
    const page = await open({ ...size, javaScriptEnabled: script }, 'disk');
    const label = `baseline, script ${script}`;
    await page.goto(origins.disk('baseline', 'index.html'));
    await becomes(() => page.evaluate(() => [...document.querySelectorAll('.card')].some((card) => /Against the baseline\s*[-+][\d.]+\s*points: [\d.]+% → [\d.]+%/.test(card.innerText))), `${label}: the card tells the difference`);
    await becomes(() => page.evaluate(() => ['store/gone.go', 'store/extra.go'].every((name) => document.querySelector('main').innerText.includes(name))), `${label}: files that are gone are listed`);
    await page.click('summary:has-text("Against the baseline")');
    await becomes(() => page.locator('.twelve td').first().isVisible(), `${label}: the twelve categories unfold`);
    await page.click('.views a:has-text("Lost")');
    await opened(page, 'lost.html', `${label}: the switch leads to what was lost`);
    await page.click('.list a:has-text("store/order.go")');
    await opened(page, FILE, `${label}: and from there to the file`);
    const all = await shownRows(page);
    const lost = await page.evaluate(() => [...document.querySelectorAll('.src tr.l')].map((row) => row.id));
    equal([lost.length > 4, lost[0]], [true, 'L65'], `${label}: lines of Refund are lost`);
    if (script) await page.keyboard.press('b'); else await page.check('#lost');
    await becomes(async () => (await shownRows(page)) < all, `${label}: all else is folded`);
    await becomes(() => page.locator('#L65').isVisible(), `${label}: what was lost is not`);
    await becomes(async () => !(await page.locator('#L30').isVisible()), `${label}: what stayed covered is`);
    const folded = await shownRows(page);
    await page.check('#changed');
    await becomes(async () => (await shownRows(page)) >= folded, `${label}: with the change there is more`);
    await page.uncheck('#lost');
    await becomes(() => page.locator('#L63').isVisible(), `${label}: the change alone`);
    await becomes(async () => !(await page.locator('#L75').isVisible()), `${label}: without what was lost`);
    await quiet(page, `${label}: nothing odd happened`);
    await page.context().close();
  }

  // A lost line has letters, a sign and a colour of its own, and those who hear the page are told too.
  for (const look of ['light', 'dark', 'forced', 'print']) {
    const page = await open({ ...size, colorScheme: look === 'dark' ? 'dark' : 'light', ...(look === 'forced' ? { forcedColors: 'active' } : {}) }, 'disk');
    await page.goto(origins.disk('baseline', FILE));
    if (look === 'print') await page.emulateMedia({ media: 'print' });
    const marks = () => page.evaluate(() => {
      const [row, other] = [document.querySelector('.src tr.l'), document.querySelector('.src tr.c')];
      const cell = row.cells[0];
      const ground = (one) => getComputedStyle(one).backgroundColor;
      return [cell.textContent, getComputedStyle(cell, '::after').content.includes('▼'), ground(row) !== ground(other), other.cells[0].textContent];
    });
    await eventually(marks, ['65 missed LBC', true, look === 'light' || look === 'dark', '29 covered CBC'], `baseline ${look}: marks of lines`);
    await becomes(() => page.evaluate(() => ['LBC', 'lost: was covered, is not', 'CBC'].every((word) => document.querySelector('.legend').innerText.includes(word))), `baseline ${look}: they are explained`);
    if (look !== 'print') await becomes(() => page.evaluate(() => document.querySelector('.code').getBoundingClientRect().width > innerWidth / 2), `baseline ${look}: the source has its room`);
    await page.context().close();
  }

  // Keys, sorting, the filter.
  for (const origin of ['disk', 'server']) {
    const page = await open(size, origin);
    const label = `baseline ${origin}`;
    await page.goto(origins[origin]('baseline', FILE));
    const runs = await page.evaluate(() => [...document.querySelectorAll('.src tr.l')].filter((row) => !(row.previousElementSibling && row.previousElementSibling.matches('.l'))).map((row) => row.id));
    const here = () => page.evaluate(() => (document.querySelector('.here') || {}).id);
    for (const id of [...runs, runs[0]]) { await page.keyboard.press('l'); await eventually(here, id, `${label}: l`); }
    await becomes(() => inView(page, '#' + runs[0]), `${label}: the line is in view`);
    await becomes(async () => /^Line \d+, lost/.test(await page.locator('.status').textContent()), `${label}: it is told`);
    await page.keyboard.press('L');
    await eventually(here, runs[runs.length - 1], `${label}: L`);
    await page.click('.sourcetools button:has-text("↓ lost")');
    await eventually(here, runs[0], `${label}: the button does the same`);
    await page.keyboard.press('?');
    await becomes(async () => /next, previous lost line/.test(await page.locator('dialog[open]').innerText()), `${label}: the list of keys has them`);
    await page.keyboard.press('Escape');
    await page.goto(origins[origin]('baseline', 'files/price/price.go.html'));
    await page.keyboard.press('l');
    await eventually(() => page.locator('.status').textContent(), 'No lost line in this file', `${label}: it says when there is none`);
    await page.goto(origins[origin]('baseline', 'files.html'));
    await page.click('thead button:has-text("Difference")');
    const points = () => page.evaluate(() => [...document.querySelectorAll('.list tbody tr')].map((row) => parseFloat(row.cells[row.cells.length - 1].textContent)));
    await eventually(async () => { const seen = await points(); return [seen.some((one) => one < 0) && seen.some((one) => one > 0), JSON.stringify(seen) === JSON.stringify([...seen].sort((a, b) => b - a))]; }, [true, true], `${label}: differences are sorted as numbers`);
    await page.goto(origins[origin]('baseline', 'lost.html'));
    await page.fill('.filter', 'gone');
    const names = () => page.evaluate(() => [...document.querySelectorAll('.list tbody tr')].filter((row) => row.offsetHeight).map((row) => row.cells[0].textContent));
    await eventually(names, ['store/gone.go'], `${label}: the filter is for all tables`);
    await quiet(page, `${label}: nothing odd happened`);
    await page.context().close();
  }
};

module.exports = { SCREENS, make, test };
