// Uses the reports in Chromium. Usage: node test.js REPORTS SHOTS
'use strict';
const fs = require('fs');
const os = require('os');
const path = require('path');
const { pathToFileURL } = require('url');
const { chromium } = require('playwright-core');
const baseline = require('./baseline.js');
const { PATIENCE, LIGHT, DARK, SCREENS, check, equal, eventually, becomes, serve, layout, tell } = require('./common.js');
const axe = fs.readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const [reports, shots] = process.argv.slice(2).map((folder) => path.resolve(folder));

// Everything that the browser has told before it answers this has arrived.
const settled = (page) => page.evaluate(() => document.readyState).catch(() => '');
const quiet = async (page, what) => { await settled(page); equal(page.faults, [], what); };

// What axe finds on the page.
const violations = async () => {
  const found = await axe.run(document, { resultTypes: ['violations'], preload: false });
  return found.violations.map((one) => `${one.id} (${one.nodes.length}): ${one.nodes[0].html.slice(0, 120)} ${one.nodes[0].failureSummary.split('\n')[1] || ''}`);
};

const ground = (page) => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
const leads = (page, end, what) => eventually(async () => (page.url().endsWith(end) ? end : page.url()), end, what);
// A page is at this address and can be used.
const opened = async (page, end, what) => { await leads(page, end, what); await page.waitForLoadState('load'); };
// Opens the search, types, and waits for the first hit.
const searched = async (page, words, hit, what) => {
  await page.keyboard.press('/');
  await page.waitForSelector('dialog li a');
  await page.keyboard.type(words);
  await eventually(async () => [await page.inputValue('dialog input'), await page.evaluate((hit) => document.querySelector('dialog li a').textContent.includes(hit), hit)], [words, true], what);
};
// Whether a line stands between the bar at the top and the lower edge.
const inView = (page, line) => page.evaluate((line) => { const box = document.querySelector(line).getBoundingClientRect(); return box.height > 0 && box.y > 30 && box.y < 790; }, line);
const shownRows = (page) => page.evaluate(() => [...document.querySelectorAll('.src tbody tr')].filter((row) => row.offsetHeight).length);

(async () => {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), 'coverdict-browser-'));
  const browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    timeout: 3 * PATIENCE,
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync', `--crash-dumps-dir=${profile}`],
  });
  const { origins, close } = await serve(reports);
  // A page that tells of everything that should not happen.
  const open = async (options, origin) => {
    const context = await browser.newContext({ reducedMotion: 'reduce', ...options });
    context.setDefaultTimeout(PATIENCE);
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
  const looked = async ({ origin, width, look, script }) => {
    const options = { viewport: { width, height: width > 500 ? 800 : 740 }, javaScriptEnabled: script, colorScheme: look === 'dark' ? 'dark' : 'light' };
    if (look === 'forced') options.forcedColors = 'active';
    const page = await open(options, origin);
    const runs = script && origin !== 'policy';
    for (const [project, name] of SCREENS) {
      const label = `${origin} ${width} ${look}${script ? '' : ' without script'} ${project} ${name}`;
      await page.goto(origins[origin](project, name));
      await eventually(() => page.evaluate(() => !!document.querySelector('.tools')), runs, `${label}: controls`);
      if (look !== 'forced') await eventually(() => ground(page), look === 'dark' ? DARK : LIGHT, `${label}: ground`);
      await becomes(() => page.evaluate(() => document.querySelector('main').innerText.length > 60 && document.title.endsWith('coverdict')), `${label}: there is text`);
      await eventually(() => page.evaluate(layout), [], `${label}: layout`);
      // 1,600 lines cost axe ten seconds, and what it looks for is in the short files too: once.
      if (runs && origin === 'disk' && !(name.endsWith('long.go.html') && (width < 500 || look !== 'light'))) {
        await page.evaluate(axe);
        await eventually(() => page.evaluate(violations), [], `${label}: axe`);
      }
      if (origin === 'disk' && script && !(project === 'hostile' && width > 500)) await page.screenshot({ path: path.join(shots, `${width}-${look}-${project}-${path.basename(name)}.png`) });
    }
    await quiet(page, `${origin} ${width} ${look} ${script}: nothing odd happened`);
    await page.context().close();
  };
  // Most of the time goes by in waiting: three at once.
  await Promise.all([1, 2, 3].map(async () => { while (looks.length) await looked(looks.shift()); }));

  // What needs no script: folds, links to lines, the way back.
  for (const origin of ['policy', 'disk']) {
    const page = await open({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: origin === 'policy' }, origin);
    await page.goto(origins[origin]('shop', 'index.html'));
    await page.click('summary:has-text("store")');
    await page.click('.tree a:has-text("order.go")');
    await leads(page, 'files/store/order.go.html', `${origin}: a file opens from the tree`);
    await page.click('aside a:has-text("Order.Refund")');
    await leads(page, '#L64', `${origin}: a function leads to its line`);
    await becomes(() => inView(page, '#L64'), `${origin}: the line is in view`);
    await page.goBack();
    await leads(page, 'files/store/order.go.html', `${origin}: back to where the page was`);
    await page.goBack();
    await leads(page, 'index.html', `${origin}: the way back`);
    await page.context().close();
  }

  // The change: folded without script, its misses by keys.
  for (const script of [false, true]) {
    const page = await open({ viewport: { width: 1280, height: 800 }, javaScriptEnabled: script }, 'disk');
    await page.goto(origins.disk('change', 'index.html'));
    await page.click('.list a:has-text("order.go")');
    await opened(page, 'files/store/order.go.html', `change, script ${script}: a file opens from the list`);
    await becomes(() => page.evaluate(() => [...document.querySelectorAll('.src tr[id]')].every((row) => row.offsetHeight)), `change, script ${script}: all lines are shown`);
    if (script) await page.keyboard.press('c'); else await page.check('#changed');
    await becomes(() => page.evaluate(() => [...document.querySelectorAll('.src tr[id]')].some((row) => !row.offsetHeight)), `change, script ${script}: all else is folded`);
    await becomes(() => page.locator('#L64').isVisible(), `change, script ${script}: the change is not`);
    if (script) {
      await page.keyboard.press('N');
      const first = await page.evaluate(() => document.querySelector('.m.a, .p.a').id);
      await eventually(() => page.evaluate(() => document.querySelector('.here').id), first, 'change: N leads to the first miss in it');
    }
    await quiet(page, `change, script ${script}: nothing odd happened`);
    await page.context().close();
  }

  // Script: keys, search, sorting, filters.
  for (const origin of ['disk', 'server']) {
    const page = await open({ viewport: { width: 1280, height: 800 } }, origin);
    const status = () => page.locator('.status').textContent();
    await page.goto(origins[origin]('shop', 'files/store/order.go.html'));
    const missed = await page.evaluate(() => [...document.querySelectorAll('.src tr.m, .src tr.p')].filter((row) => !(row.previousElementSibling && row.previousElementSibling.matches('.m, .p'))).map((row) => row.id));
    const here = () => page.evaluate(() => (document.querySelector('.here') || {}).id);
    const last = missed[missed.length - 1];
    for (const id of missed) { await page.keyboard.press('n'); await eventually(here, id, `${origin}: n`); }
    await eventually(async () => (await status()).replace(/^Line \d+, block \d+\.\d+–\d+\.\d+: .*/, 'told'), 'told', `${origin}: the block is told`);
    await page.keyboard.press('n');
    await eventually(here, missed[0], `${origin}: n goes round`);
    await page.keyboard.press('p');
    await eventually(here, last, `${origin}: p`);
    await page.keyboard.press('Control+n').catch(() => {});
    await page.keyboard.press('y');
    await leads(page, '#' + last, `${origin}: keys with Ctrl are left alone, y makes a link to the line`);
    await eventually(here, last, `${origin}: keys with Ctrl do not move`);
    const all = await shownRows(page);
    await page.keyboard.press('m');
    await becomes(async () => (await shownRows(page)) < all, `${origin}: m hides`);
    await page.keyboard.press('m');
    await eventually(() => shownRows(page), all, `${origin}: m shows again`);
    await page.keyboard.press('?');
    await becomes(() => page.locator('dialog[open] dl').isVisible(), `${origin}: ? lists the keys`);
    await page.keyboard.press('Escape');
    await eventually(() => page.locator('dialog').count(), 0, `${origin}: Esc closes`);
    await page.keyboard.press('d');
    await eventually(() => ground(page), DARK, `${origin}: d is dark`);
    await page.keyboard.press(']');
    await opened(page, 'shelf.go.html', `${origin}: ] is the next file`);
    await eventually(() => ground(page), DARK, `${origin}: the theme stays`);
    await page.keyboard.press('d');
    await eventually(() => ground(page), LIGHT, `${origin}: d is light again`);
    await page.keyboard.press('[');
    await opened(page, 'order.go.html', `${origin}: [ is the file before`);
    await searched(page, 'refund', 'Refund', `${origin}: search`);
    await page.keyboard.press('Enter');
    await leads(page, 'order.go.html#L64', `${origin}: Enter opens what was found`);
    await eventually(() => page.locator('dialog').count(), 0, `${origin}: and the search is gone`);
    await page.keyboard.press('u');
    await opened(page, 'index.html', `${origin}: u is up`);
    await page.fill('.filter', 'order');
    await becomes(() => page.locator('.tree a:has-text("order.go")').isVisible(), `${origin}: the filter opens what it finds`);
    await becomes(async () => !(await page.locator('.tree a:has-text("price.go")').isVisible()), `${origin}: and hides the rest`);
    await page.keyboard.press('n');
    await eventually(() => page.inputValue('.filter'), 'ordern', `${origin}: keys are letters while typing`);
    await page.fill('.filter', '');
    await becomes(async () => !(await page.locator('.tree a:has-text("order.go")').isVisible()), `${origin}: without the filter the tree is as it was`);
    await page.goto(origins[origin]('shop', 'files.html'));
    const column = (at) => page.evaluate((at) => [...document.querySelectorAll('.list tbody tr')].map((row) => row.cells[at].textContent), at);
    const before = (await column(2)).map(Number);
    equal(before, [...before].sort((a, b) => b - a), `${origin}: most missed first`);
    const [names, shares] = [await column(0), (await column(1)).map(parseFloat)];
    await page.click('thead button:has-text("File")');
    await eventually(() => column(0), names.sort(), `${origin}: sorted by name`);
    await eventually(() => page.getAttribute('thead th:first-child', 'aria-sort'), 'ascending', `${origin}: and it says so`);
    await page.click('thead button:has-text("Covered")');
    await eventually(async () => (await column(1)).map(parseFloat), shares.sort((a, b) => b - a), `${origin}: sorted by share, as numbers`);
    await page.goto(origins[origin]('shop', 'index.html'));
    await page.click('summary:has-text("price")');
    await becomes(() => page.evaluate(() => Object.values(sessionStorage).join().includes('price')), `${origin}: what is open is kept`);
    await page.reload();
    await becomes(() => page.locator('.tree a:has-text("price.go")').isVisible(), `${origin}: what was open stays open`);
    await page.goto(origins[origin]('counts', 'files/sum.go.html'));
    await page.keyboard.press('h');
    await eventually(() => page.evaluate(() => ['#L6', '#L7'].map((line) => (document.querySelector(line).className.match(/h[1-5]/) || [''])[0])), ['h4', 'h5'], `${origin}: heat`);
    await page.goto(origins[origin]('shop', 'files/store/order.go.html') + '#L64');
    await becomes(() => inView(page, '#L64'), `${origin}: a link to a line leads there`);
    await page.click('.facts a');
    await leads(page, 'index.html#p2', `${origin}: from a file to its package`);
    await becomes(() => page.locator('.tree a:has-text("shelf.go")').isVisible(), `${origin}: which is open in the tree`);
    await quiet(page, `${origin}: nothing odd happened`);
    await page.context().close();
  }

  // Hostile names and sources: nothing runs, every page opens from the list.
  for (const origin of ['disk', 'server', 'policy']) {
    const page = await open({ viewport: { width: 1280, height: 800 } }, origin);
    await page.goto(origins[origin]('hostile', 'files.html'));
    const listed = () => page.evaluate(() => [...document.querySelectorAll('.list a')].map((link) => link.href));
    await eventually(async () => (await listed()).length, 20, `${origin}: all hostile files are listed`);
    const links = await listed();
    for (const link of links) {
      await page.goto(link);
      await eventually(() => page.evaluate(() => [document.querySelectorAll('img, iframe, svg, [onerror], [onload], style').length, document.scripts.length, document.querySelectorAll('.src tr[id]').length, document.documentElement.scrollWidth > innerWidth]), [0, 1, 7, false], `${origin} ${link}`);
      await becomes(() => page.evaluate(() => ['<img src=x onerror=alert(2)>', 'U+202E'].every((part) => document.querySelector('.src').innerText.includes(part))), `${origin} ${link}: the source is text`);
    }
    if (origin !== 'policy') {
      await searched(page, 'img', '<img src=x onerror=alert(1)>.go', `${origin}: search shows names as text`);
      await eventually(() => page.locator('dialog li').count(), 1, `${origin}: and finds one`);
    }
    await quiet(page, `${origin}: nothing ran`);
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
      await leads(page, '#!files/store/order.go.html', 'one file: the address tells the page');
      const here = () => page.evaluate(() => document.querySelector('.here').id);
      const heading = (word) => page.evaluate((word) => document.querySelector('h1').textContent.includes(word), word);
      await page.click('aside a:has-text("Order.Refund")');
      await eventually(here, 'L64', 'one file: a function leads to its line');
      await page.reload();
      await eventually(here, 'L64', 'one file: a link to a line survives a reload');
      await page.keyboard.press('n');
      await searched(page, 'shelf.go', 'shelf', 'one file: search');
      await page.keyboard.press('Enter');
      await becomes(() => heading('shelf'), 'one file: Enter opens what was found');
      await page.goBack();
      await becomes(() => heading('order'), 'one file: the way back');
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
    await quiet(page, `one file of ${project}: nothing odd happened`);
    await page.context().close();
  }

  await baseline.test({ open, origins, check, equal, eventually, becomes, quiet, opened, shownRows, inView });

  // Forced colours: what is on or current is told from the rest.
  const forced = await open({ viewport: { width: 1280, height: 800 }, forcedColors: 'active' }, 'disk');
  await forced.goto(origins.disk('shop', 'files/store/order.go.html'));
  const buttons = () => forced.evaluate(() => { const grounds = [...document.querySelectorAll('.sourcetools button')].map((one) => getComputedStyle(one).backgroundColor); return [new Set(grounds).size, grounds.length]; });
  await eventually(buttons, [1, 3], 'forced colours: buttons are alike');
  await forced.keyboard.press('m');
  await eventually(buttons, [2, 3], 'forced colours: the one that is on is not');
  await forced.goto(origins.disk('shop', 'files.html'));
  const marked = () => forced.evaluate(() => [['.top nav a', 'outlineStyle'], ['.views a', 'borderBottomColor']].map(([links, property]) => {
    const [one, ...others] = [...document.querySelectorAll(links)].sort((a, b) => b.hasAttribute('aria-current') - a.hasAttribute('aria-current')).map((link) => getComputedStyle(link)[property]);
    return others.every((other) => other !== one);
  }));
  await eventually(marked, [true, true], 'forced colours: the current page and view are marked');
  await forced.context().close();

  // Between a phone and a desk, with all columns that there are.
  const narrow = await open({ viewport: { width: 660, height: 800 } }, 'disk');
  for (const [project, name] of SCREENS.filter(([project]) => project === 'baseline' || project === 'change')) {
    await narrow.goto(origins.disk(project, name));
    await eventually(() => narrow.evaluate(layout), [], `660 wide: ${project} ${name}: layout`);
  }
  await narrow.context().close();

  // A phone: neither the top nor a long list of functions is in the way of the source.
  const phone = await open({ viewport: { width: 360, height: 740 } }, 'disk');
  await phone.goto(origins.disk('shop', 'files/store/order.go.html') + '#L30');
  await becomes(() => phone.evaluate(() => document.querySelector('#L30').getBoundingClientRect().top >= document.querySelector('.top').getBoundingClientRect().bottom - 1), 'phone: the line of a link is in view');
  await phone.goto(origins.disk('counts', 'files/long/long.go.html'));
  await becomes(() => phone.evaluate(() => document.querySelector('.code').getBoundingClientRect().top < 2 * innerHeight), 'phone: 400 functions are not in the way');
  await phone.context().close();
  const finger = await open({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true }, 'disk');
  await finger.goto(origins.disk('shop', 'files/store/order.go.html'));
  await becomes(() => finger.evaluate(() => matchMedia('(pointer: coarse)').matches && document.querySelector('#L30 a').getBoundingClientRect().height >= 24), 'phone: a finger meets one line');
  await finger.context().close();

  // Paper: no controls, no tints, marks stay.
  const paper = await open({ viewport: { width: 800, height: 1100 } }, 'disk');
  await paper.goto(origins.disk('shop', 'files/store/order.go.html'));
  await paper.keyboard.press('d');
  await eventually(() => ground(paper), DARK, 'before paper it is dark');
  await paper.emulateMedia({ media: 'print' });
  await eventually(() => paper.evaluate(() => [getComputedStyle(document.body).color, ...['.sourcetools', '.hop'].map((part) => getComputedStyle(document.querySelector(part)).display)]), ['rgb(31, 35, 40)', 'none', 'none'], 'paper is white, and has nothing to press');
  await eventually(() => paper.evaluate(() => [getComputedStyle(document.querySelector('.tools')).display, getComputedStyle(document.querySelector('.src tr.m')).backgroundColor, getComputedStyle(document.querySelector('.src tr.m td:last-child'), '::before').content.includes('✗')]), ['none', 'rgba(0, 0, 0, 0)', true], 'paper');
  await paper.goto(origins.disk('shop', 'index.html'));
  await eventually(() => paper.evaluate(() => ['.verdict', '.top', '.card'].map((part) => getComputedStyle(document.querySelector(part)).backgroundColor)), Array(3).fill('rgba(0, 0, 0, 0)'), 'paper: no tints on the overview');
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
  close();
  fs.rmSync(profile, { recursive: true, force: true });
  tell('Chromium');
})().catch((error) => { console.error(error); process.exit(1); });
