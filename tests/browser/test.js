// Uses the reports in Chromium. Usage: node test.js REPORTS SHOTS
'use strict';
const fs = require('fs');
const http = require('http');
const os = require('os');
const path = require('path');
const { pathToFileURL } = require('url');
const { chromium } = require('playwright-core');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [reports, shots] = process.argv.slice(2).map((folder) => path.resolve(folder));
const POLICY = "sandbox allow-same-origin; default-src 'none'; img-src 'self'; style-src 'self'";
let checks = 0;
const failed = [];
const check = (good, what) => {
  checks++;
  if (!good) { failed.push(what); console.log('FAILED: ' + what); }
};
const equal = (seen, wanted, what) => check(JSON.stringify(seen) === JSON.stringify(wanted), `${what}: ${JSON.stringify(seen)}, expected ${JSON.stringify(wanted)}`);

const TYPES = { '.html': 'text/html; charset=utf-8', '.css': 'text/css', '.js': 'text/javascript', '.svg': 'image/svg+xml', '.json': 'application/json' };
const serve = (policy) => new Promise((done) => {
  const server = http.createServer((request, response) => {
    const file = path.join(reports, decodeURIComponent(request.url.split('?')[0]));
    if (!file.startsWith(reports) || !fs.existsSync(file)) { response.writeHead(404); response.end(); return; }
    const headers = { 'Content-Type': TYPES[path.extname(file)] || 'text/plain' };
    if (policy) headers['Content-Security-Policy'] = POLICY;
    response.writeHead(200, headers);
    response.end(fs.readFileSync(file));
  });
  server.listen(0, '127.0.0.1', () => done(server));
});

// Boxes that stand beside or below each other must not overlap, and text must not run out of its box.
const layout = () => {
  const found = [];
  const name = (element) => element.tagName.toLowerCase() + (element.className && element.className.baseVal === undefined ? '.' + element.className : '') + ' "' + element.textContent.trim().slice(0, 30) + '"';
  if (document.documentElement.scrollWidth > innerWidth) found.push(`page is ${document.documentElement.scrollWidth} wide of ${innerWidth}`);
  const groups = ['.top > *', '.top nav a', '.tools > *', '.card', '.views > *', 'main > *', '.filehead > *', '.sourcetools > *', '.hop > *', '.src tr:nth-child(-n+80)', '.tree summary > *', '.notices > *', 'aside tr > *'];
  for (const selector of groups) {
    const boxes = [...document.querySelectorAll(selector)].slice(0, 250).map((element) => [element, element.getBoundingClientRect()]);
    const shown = boxes.filter(([element, box]) => element.checkVisibility() && box.width > 1 && box.height > 1 && getComputedStyle(element).visibility === 'visible' && getComputedStyle(element).position !== 'absolute');
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
    if (element.checkVisibility() && getComputedStyle(element).position !== 'absolute' && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 0 && getComputedStyle(element).overflowX !== 'auto') found.push(`${name(element)} is cut`);
  }
  return found.slice(0, 8);
};

const screens = (project, file) => ['index.html', 'packages.html', 'files.html', 'functions.html', 'treemap.html', 'health.html', file].map((page) => [project, page]);
const ALL = [...screens('shop', 'files/store/order.go.html'), ['change', 'index.html'], ['change', 'tree.html'], ['change', 'files/store/order.go.html'], ['counts', 'files/sum.go.html'], ['counts', 'files/long/long.go.html'], ['counts', 'index.html'], ['hostile', 'files.html'], ['hostile', 'index.html'], ['hostile', 'treemap.html']];

(async () => {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'coverdict-browser-'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', `--crash-dumps-dir=${profile}`],
  });
  const [strict, plain] = [await serve(true), await serve(false)];
  const origins = {
    policy: (project, page) => `http://127.0.0.1:${strict.address().port}/${project}-html/${page}`,
    server: (project, page) => `http://127.0.0.1:${plain.address().port}/${project}-html/${page}`,
    disk: (project, page) => pathToFileURL(path.join(reports, `${project}-html`, page)).href,
  };
  // A page that tells of everything that should not happen.
  const open = async (options, origin) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    page.faults = [];
    page.on('pageerror', (error) => page.faults.push('error ' + error.message));
    page.on('dialog', (dialog) => { page.faults.push('dialog ' + dialog.message()); dialog.dismiss(); });
    page.on('console', (message) => {
      const refused = origin === 'policy' && /Blocked script execution/.test(message.text());
      if (message.type() === 'error' && !refused) page.faults.push('console ' + message.text());
    });
    page.on('request', (request) => { if (!/^(file:|http:\/\/127\.0\.0\.1:)/.test(request.url())) page.faults.push('asked for ' + request.url()); });
    page.on('requestfailed', (request) => { if (!/csp|aborted/i.test(request.failure().errorText) && origin !== 'policy') page.faults.push('no ' + request.url()); });
    return page;
  };

  // Every screen, in every way that it can be looked at.
  const looks = [];
  for (const origin of ['policy', 'disk', 'server']) {
    for (const width of [1280, 360]) {
      for (const look of ['light', 'dark', 'forced']) {
        for (const script of origin === 'disk' ? [true, false] : [true]) looks.push({ origin, width, look, script });
      }
    }
  }
  for (const { origin, width, look, script } of looks) {
    const options = { viewport: { width, height: width > 500 ? 800 : 740 }, javaScriptEnabled: script, colorScheme: look === 'dark' ? 'dark' : 'light' };
    if (look === 'forced') options.forcedColors = 'active';
    const page = await open(options, origin);
    const runs = script && origin !== 'policy';
    for (const [project, name] of ALL) {
      const label = `${origin} ${width} ${look}${script ? '' : ' without script'} ${project} ${name}`;
      await page.goto(origins[origin](project, name));
      const state = await page.evaluate(() => ({ tools: !!document.querySelector('.tools'), ground: getComputedStyle(document.body).backgroundColor, title: document.title, main: document.querySelector('main').innerText.length }));
      equal(state.tools, runs, `${label}: controls`);
      if (look !== 'forced') equal(state.ground, look === 'dark' ? 'rgb(13, 17, 23)' : 'rgb(255, 255, 255)', `${label}: ground`);
      check(state.main > 60 && state.title.endsWith('coverdict'), `${label}: there is text`);
      for (const fault of await page.evaluate(layout)) check(false, `${label}: ${fault}`);
      checks++;
      if (runs && origin === 'disk') {
        await page.evaluate(axe);
        const result = await page.evaluate(() => axe.run(document, { resultTypes: ['violations'], preload: false }));
        for (const violation of result.violations) check(false, `${label}: axe ${violation.id} (${violation.nodes.length}): ${violation.nodes[0].html.slice(0, 120)} ${violation.nodes[0].failureSummary.split('\n')[1] || ''}`);
        checks++;
      }
      if (origin === 'disk' && script && !(project === 'hostile' && width > 500)) await page.screenshot({ path: path.join(shots, `${width}-${look}-${project}-${path.basename(name)}.png`) });
    }
    equal(page.faults, [], `${origin} ${width} ${look} ${script}: nothing odd happened`);
    await page.context().close();
  }

  // What needs no script: folds, links to lines, the way back.
  for (const origin of ['policy', 'disk']) {
    const page = await open({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: origin === 'policy' }, origin);
    await page.goto(origins[origin]('shop', 'index.html'));
    await page.click('summary:has-text("store")');
    await page.click('.tree a:has-text("order.go")');
    check(page.url().endsWith('files/store/order.go.html'), `${origin}: a file opens from the tree`);
    await page.click('aside a:has-text("Order.Refund")');
    check(page.url().endsWith('#L64'), `${origin}: a function leads to its line`);
    const box = await page.locator('#L64').boundingBox();
    check(box && box.y > 30 && box.y < 790, `${origin}: the line is in view`);
    await page.goBack();
    await page.goBack();
    check(page.url().endsWith('index.html'), `${origin}: the way back`);
    await page.context().close();
  }

  // The change: folded without script, its misses by keys.
  for (const script of [false, true]) {
    const page = await open({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: script }, 'disk');
    await page.goto(origins.disk('change', 'index.html'));
    await page.click('.list a:has-text("order.go")');
    const shown = () => page.evaluate(() => [...document.querySelectorAll('.src tr[id]')].filter((row) => row.offsetHeight).length);
    const all = await shown();
    if (script) await page.keyboard.press('c'); else await page.check('#changed');
    check(await shown() < all && await page.locator('#L64').isVisible(), `change, script ${script}: all else is folded`);
    if (script) {
      await page.keyboard.press('N');
      equal(await page.evaluate(() => document.querySelector('.here').id), await page.evaluate(() => document.querySelector('.m.a, .p.a').id), 'change: N leads to the first miss in it');
    }
    equal(page.faults, [], `change, script ${script}: nothing odd happened`);
    await page.context().close();
  }

  // Script: keys, search, sorting, filters.
  for (const origin of ['disk', 'server']) {
    const page = await open({ viewport: { width: 1280, height: 800 } }, origin);
    const status = () => page.locator('.status').textContent();
    await page.goto(origins[origin]('shop', 'files/store/order.go.html'));
    const missed = await page.evaluate(() => [...document.querySelectorAll('.src tr.m, .src tr.p')].filter((row) => !(row.previousElementSibling && row.previousElementSibling.matches('.m, .p'))).map((row) => row.id));
    const here = () => page.evaluate(() => (document.querySelector('.here') || {}).id);
    for (const id of missed) { await page.keyboard.press('n'); equal(await here(), id, `${origin}: n`); }
    check(/^Line \d+, block \d+\.\d+–\d+\.\d+: /.test(await status()), `${origin}: the block is told: ${await status()}`);
    await page.keyboard.press('n');
    equal(await here(), missed[0], `${origin}: n goes round`);
    await page.keyboard.press('p');
    equal(await here(), missed[missed.length - 1], `${origin}: p`);
    await page.keyboard.press('Control+n').catch(() => {});
    equal(await here(), missed[missed.length - 1], `${origin}: keys with Ctrl are left alone`);
    await page.keyboard.press('y');
    check(page.url().endsWith('#' + missed[missed.length - 1]), `${origin}: y makes a link to the line`);
    await page.keyboard.press('m');
    check(await page.evaluate(() => document.querySelectorAll('.src tbody tr').length > [...document.querySelectorAll('.src tbody tr')].filter((row) => row.offsetHeight).length), `${origin}: m hides`);
    await page.keyboard.press('m');
    await page.keyboard.press('?');
    check(await page.locator('dialog[open] dl').isVisible(), `${origin}: ? lists the keys`);
    await page.keyboard.press('Escape');
    // The browser tells of the closing in a task of its own, behind which the dialog goes away.
    await page.waitForFunction(() => !document.querySelector('dialog'), null, { timeout: 5000 }).catch(() => {});
    equal(await page.locator('dialog').count(), 0, `${origin}: Esc closes`);
    await page.keyboard.press('d');
    equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(13, 17, 23)', `${origin}: d is dark`);
    await page.keyboard.press(']');
    await page.waitForURL(/shelf\.go\.html$/);
    equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), 'rgb(13, 17, 23)', `${origin}: the theme stays`);
    await page.keyboard.press('d');
    await page.keyboard.press('[');
    await page.waitForURL(/order\.go\.html$/);
    await page.keyboard.press('/');
    await page.waitForSelector('dialog li a');
    await page.keyboard.type('refund');
    await page.waitForFunction(() => { const first = document.querySelector('dialog li a'); return first && /Refund/.test(first.textContent); });
    await page.keyboard.press('Enter');
    await page.waitForURL(/order\.go\.html#L64$/);
    await page.keyboard.press('u');
    await page.waitForURL(/index\.html$/);
    await page.fill('.filter', 'order');
    check(await page.locator('.tree a:has-text("order.go")').isVisible(), `${origin}: the filter opens what it finds`);
    check(!(await page.locator('.tree a:has-text("price.go")').isVisible()), `${origin}: and hides the rest`);
    await page.keyboard.press('n');
    equal(await page.inputValue('.filter'), 'ordern', `${origin}: keys are letters while typing`);
    await page.goto(origins[origin]('shop', 'files.html'));
    const column = (at) => page.evaluate((at) => [...document.querySelectorAll('.list tbody tr')].map((row) => row.cells[at].textContent), at);
    const before = (await column(2)).map(Number);
    equal(before, [...before].sort((a, b) => b - a), `${origin}: most missed first`);
    await page.click('thead button:has-text("File")');
    equal(await column(0), [...(await column(0))].sort(), `${origin}: sorted by name`);
    equal(await page.getAttribute('thead th:first-child', 'aria-sort'), 'ascending', `${origin}: and it says so`);
    await page.click('thead button:has-text("Covered")');
    const shares = (await column(1)).map(parseFloat);
    equal(shares, [...shares].sort((a, b) => b - a), `${origin}: sorted by share, as numbers`);
    await page.goto(origins[origin]('shop', 'index.html'));
    await page.click('summary:has-text("price")');
    await page.waitForTimeout(50);
    await page.reload();
    check(await page.locator('.tree a:has-text("price.go")').isVisible(), `${origin}: what was open stays open`);
    await page.goto(origins[origin]('counts', 'files/sum.go.html'));
    await page.keyboard.press('h');
    equal(await page.evaluate(() => ['#L6', '#L7'].map((line) => (document.querySelector(line).className.match(/h[1-5]/) || [''])[0])), ['h4', 'h5'], `${origin}: heat`);
    await page.goto(origins[origin]('shop', 'files/store/order.go.html') + '#L64');
    const box = await page.locator('#L64').boundingBox();
    check(box && box.y > 30 && box.y < 790, `${origin}: a link to a line leads there`);
    equal(page.faults, [], `${origin}: nothing odd happened`);
    await page.context().close();
  }

  // Hostile names and sources: nothing runs, every page opens from the list.
  for (const origin of ['disk', 'server', 'policy']) {
    const page = await open({ viewport: { width: 1280, height: 800 } }, origin);
    await page.goto(origins[origin]('hostile', 'files.html'));
    const links = await page.evaluate(() => [...document.querySelectorAll('.list a')].map((link) => link.href));
    equal(links.length, 20, `${origin}: all hostile files are listed`);
    for (const link of links) {
      await page.goto(link);
      const seen = await page.evaluate(() => ({ strange: document.querySelectorAll('img, iframe, svg, [onerror], [onload], style').length, scripts: document.scripts.length, rows: document.querySelectorAll('.src tr[id]').length, text: document.querySelector('.src').innerText, wide: document.documentElement.scrollWidth > innerWidth }));
      equal([seen.strange, seen.scripts, seen.rows, seen.wide], [0, 1, 7, false], `${origin} ${link}`);
      check(seen.text.includes('<img src=x onerror=alert(2)>') && seen.text.includes('U+202E'), `${origin} ${link}: the source is text`);
    }
    if (origin !== 'policy') {
      await page.keyboard.press('/');
      await page.waitForSelector('dialog li a');
      await page.keyboard.type('img');
      await page.waitForFunction(() => document.querySelectorAll('dialog li').length === 1);
      check((await page.locator('dialog li a').textContent()).startsWith('<img src=x onerror=alert(1)>.go'), `${origin}: search shows names as text`);
    }
    equal(page.faults, [], `${origin}: nothing ran`);
    await page.context().close();
  }

  // One file.
  for (const project of ['shop', 'hostile']) {
    const page = await open({ viewport: { width: 1280, height: 800 } }, 'disk');
    await page.goto(pathToFileURL(path.join(reports, project + '.html')).href);
    if (project === 'shop') {
      await page.click('summary:has-text("store")');
      await page.click('.tree a:has-text("order.go")');
      await page.waitForSelector('.src');
      check(page.url().endsWith('#!files/store/order.go.html'), 'one file: the address tells the page');
      await page.click('aside a:has-text("Order.Refund")');
      await page.waitForFunction(() => document.querySelector('.here'));
      await page.reload();
      await page.waitForSelector('.src');
      equal(await page.evaluate(() => document.querySelector('.here').id), 'L64', 'one file: a link to a line survives a reload');
      await page.keyboard.press('n');
      await page.keyboard.press('/');
      await page.waitForSelector('dialog li a');
      await page.keyboard.type('shelf.go');
      await page.waitForFunction(() => /shelf/.test(document.querySelector('dialog li a').textContent));
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /shelf/.test(document.querySelector('h1').textContent));
      await page.goBack();
      await page.waitForFunction(() => /order/.test(document.querySelector('h1').textContent));
      await page.click('header nav a:has-text("Treemap")');
      await page.waitForSelector('.map svg');
      await page.click('.map a');
      await page.waitForSelector('.src');
    } else {
      await page.click('.views a:has-text("Files")');
      await page.waitForSelector('.list a');
      await page.click('.list a >> nth=3');
      await page.waitForSelector('.src');
    }
    equal(page.faults, [], `one file of ${project}: nothing odd happened`);
    await page.context().close();
  }

  // Paper: no controls, no tints, marks stay.
  const paper = await open({ viewport: { width: 800, height: 1100 } }, 'disk');
  await paper.goto(origins.disk('shop', 'files/store/order.go.html'));
  await paper.emulateMedia({ media: 'print' });
  equal(await paper.evaluate(() => [getComputedStyle(document.querySelector('.tools')).display, getComputedStyle(document.querySelector('.src tr.m')).backgroundColor, getComputedStyle(document.querySelector('.src tr.m td:nth-last-child(2)'), '::before').content.includes('✗')]), ['none', 'rgba(0, 0, 0, 0)', true], 'paper');
  await paper.screenshot({ path: path.join(shots, 'paper.png') });
  await paper.context().close();

  // The pictures of the docs.
  for (const [name, project, file, scheme, line] of [['overview', 'shop', 'index.html', 'light'], ['source', 'shop', 'files/store/order.go.html', 'light', 45], ['source-dark', 'shop', 'files/store/order.go.html', 'dark', 45], ['treemap', 'shop', 'treemap.html', 'light']]) {
    const page = await open({ viewport: { width: 1100, height: 640 }, colorScheme: scheme, reducedMotion: 'reduce' }, 'disk');
    await page.goto(origins.disk(project, file));
    if (name === 'overview') for (const fold of ['store', 'price']) await page.click(`summary:has-text("${fold}")`);
    await page.evaluate(() => scrollTo(0, 0));
    if (line) await page.evaluate((line) => document.getElementById('L' + line).scrollIntoView(), line);
    await page.screenshot({ path: path.join(shots, `picture-${name}.png`) });
    await page.context().close();
  }

  await browser.close();
  strict.close();
  plain.close();
  fs.rmSync(profile, { recursive: true, force: true });
  console.log(`${checks} checks, ${failed.length} failed`);
  process.exitCode = failed.length ? 1 : 0;
})().catch((error) => { console.error(error); process.exit(1); });
