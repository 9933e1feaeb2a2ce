// Uses the reports in Firefox: another engine, another reading of style sheets, another treatment of files on the disk.
// Usage: node second.js REPORTS SHOTS
'use strict';
const path = require('path');
const { pathToFileURL } = require('url');
const puppeteer = require('puppeteer-core');
const { PATIENCE, LIGHT, DARK, SCREENS, check, equal, eventually, becomes, serve, layout, tell } = require('./common.js');

const [reports, shots] = process.argv.slice(2).map((folder) => path.resolve(folder));
const [WIDE, NARROW] = [{ width: 1280, height: 800 }, { width: 360, height: 740 }];
// A window of 1280 at a zoom of 400 %.
const ZOOMED = { width: 320, height: 740 };
const SCHEME = 'layout.css.prefers-color-scheme.content-override';
// What Firefox can be made to be by its preferences. Script that is off for pages is still there for whoever drives it.
const BRIGHT = { name: 'light', prefs: { [SCHEME]: 1 }, ground: LIGHT, script: true };
const NIGHT = { name: 'dark without script', prefs: { [SCHEME]: 0, 'javascript.enabled': false }, ground: DARK, script: false };
const FORCED = {
  name: 'forced colours',
  prefs: { 'browser.display.document_color_use': 2, 'browser.display.background_color': '#200040', 'browser.display.foreground_color': '#ffff80', 'browser.anchor_color': '#80e0ff', 'browser.visited_color': '#ffb0ff' },
  ground: 'rgb(32, 0, 64)', script: true,
};

const start = (look) => puppeteer.launch({
  browser: 'firefox',
  executablePath: '/usr/bin/firefox-esr',
  headless: true,
  timeout: 3 * PATIENCE,
  protocolTimeout: 3 * PATIENCE,
  extraPrefsFirefox: { 'ui.prefersReducedMotion': 1, ...look.prefs },
});
// A page that tells of everything that should not happen.
const open = async (browser, size) => {
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE);
  // A question to a page that is just leaving is never answered: it is asked again.
  const ask = page.evaluate.bind(page);
  page.back = () => { ask(() => history.back()).catch(() => {}); };
  page.evaluate = async (...question) => {
    for (let turn = 0; turn < 6; turn++) {
      let timer;
      const silence = new Promise((done) => { timer = setTimeout(done, 10000, ask); });
      const answer = await Promise.race([ask(...question), silence]);
      clearTimeout(timer);
      if (answer !== ask) return answer;
    }
    throw new Error('the page does not answer');
  };
  page.faults = [];
  page.on('pageerror', (error) => page.faults.push('error ' + error.message));
  page.on('console', (message) => { if (message.type() === 'error') page.faults.push('console ' + message.text()); });
  page.on('dialog', (dialog) => { page.faults.push('dialog ' + dialog.message()); dialog.dismiss(); });
  // The signs before what unfolds are in a font of Firefox itself.
  page.on('request', (request) => { if (!/^(file:|http:\/\/127\.0\.0\.1:|data:font\/woff2;)/.test(request.url())) page.faults.push('asked for ' + request.url()); });
  page.on('requestfailed', (request) => { if (!/ABORT/i.test((request.failure() || {}).errorText)) page.faults.push('no ' + request.url()); });
  // What a policy keeps a page from is no message of the console here.
  await page.evaluateOnNewDocument(() => addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`)));
  await page.setViewport(size);
  return page;
};
const settled = (page) => page.evaluate(() => document.readyState).catch(() => '');
const quiet = async (page, what) => { await settled(page); equal(page.faults, [], what); };
// The element that has the text is clicked as a person would: at its place on the screen. The driver's own click waits for
// an observer, which pages without script do not have.
const click = async (page, selector, text = '') => {
  await becomes(() => page.evaluate((selector, text) => [...document.querySelectorAll(selector)].some((one) => one.textContent.includes(text) && one.offsetHeight), selector, text), `${selector} "${text}" can be clicked`);
  const [x, y] = await page.evaluate((selector, text) => {
    const found = [...document.querySelectorAll(selector)].find((one) => one.textContent.includes(text) && one.offsetHeight);
    found.scrollIntoView({ block: 'center', behavior: 'instant' });
    const box = found.getClientRects()[0];
    return [box.x + box.width / 2, box.y + box.height / 2];
  }, selector, text);
  await page.mouse.click(x, y);
};
// The page knows where it is; the driver is not told of every step within one.
const leads = (page, end, what) => eventually(async () => { const at = await page.evaluate(() => location.href); return at.endsWith(end) ? end : at; }, end, what);
const opened = async (page, end, what) => { await leads(page, end, what); await eventually(() => page.evaluate(() => document.readyState), 'complete', `${what}: and is complete`); };
const shown = (page, selector) => page.evaluate((selector) => { const one = document.querySelector(selector); return Boolean(one && one.offsetHeight); }, selector);
const rows = (page) => page.evaluate(() => [...document.querySelectorAll('.src tbody tr')].filter((row) => row.offsetHeight).length);
const here = (page) => page.evaluate(() => (document.querySelector('.here') || {}).id);
const text = (page, selector) => page.evaluate((selector) => { const one = document.querySelector(selector); return one && one.innerText; }, selector);
const ground = (page) => page.evaluate(() => { const one = getComputedStyle(document.body).backgroundColor; return one === 'rgba(0, 0, 0, 0)' ? getComputedStyle(document.documentElement).backgroundColor : one; });
// Whether a line stands below what sticks to the top, and above the lower edge.
const inView = (page, line) => page.evaluate((line) => {
  const [box, top] = [document.querySelector(line).getBoundingClientRect(), document.querySelector('.top').getBoundingClientRect()];
  return box.height > 0 && box.top >= top.bottom - 1 && box.bottom <= innerHeight;
}, line);

// Text that is not in the colour that the reader chose for text or for links.
const unreadable = () => {
  const colour = (name) => { const one = document.createElement('i'); one.style.color = name; document.body.append(one); const seen = getComputedStyle(one).color; one.remove(); return seen; };
  const chosen = ['CanvasText', 'LinkText', 'VisitedText', 'ButtonText'].map(colour);
  return [...document.querySelectorAll('.list td, .list th, .tree td, .tree summary > *, .notices p, .notices a, .pill, .card p, .legend, .facts')].filter((one) => one.checkVisibility({ contentVisibilityAuto: true }) && !chosen.includes(getComputedStyle(one).color)).map((one) => `${one.className} "${one.textContent.slice(0, 30)}" is ${getComputedStyle(one).color}`).slice(0, 5);
};

// Every screen, in one of its looks, at each of the sizes.
const screens = async (browser, look, origins, places) => {
  for (const [origin, sizes] of places) {
    for (const size of sizes) {
      const page = await open(browser, size);
      const way = `Firefox ${look.name} ${origin} ${size.width}`;
      for (const [project, name] of SCREENS) {
        const label = `${way} ${project} ${name}`;
        await page.goto(origins[origin](project, name));
        await eventually(() => page.evaluate(() => Boolean(document.querySelector('.tools'))), look.script && origin !== 'policy', `${label}: controls`);
        await eventually(() => ground(page), look.ground, `${label}: ground`);
        await becomes(() => page.evaluate(() => document.querySelector('main').innerText.length > 60 && document.title.endsWith('coverdict')), `${label}: there is text`);
        await eventually(() => page.evaluate(layout), [], `${label}: layout`);
        if (look === FORCED) await eventually(() => page.evaluate(unreadable), [], `${label}: the reader's own colours`);
        if (origin === 'disk' && size !== ZOOMED) await page.screenshot({ path: path.join(shots, `firefox-${size.width}-${look.name.split(' ')[0]}-${project}-${path.basename(name)}.png`) });
      }
      await quiet(page, `${way}: nothing odd happened`);
      await page.close();
    }
  }
};

// What needs no script: folds, links to lines, the way back, folding to a change.
const plain = async (browser, origins, origin, script) => {
  const label = `Firefox ${origin}, script ${script}`;
  let page = await open(browser, WIDE);
  // After a way back the driver waits for a load that has been: another page goes on.
  const next = async (size) => { await quiet(page, `${label}: nothing odd happened`); await page.close(); page = await open(browser, size); };
  await page.goto(origins[origin]('shop', 'index.html'));
  await click(page, 'summary', 'store');
  await click(page, '.tree a', 'order.go');
  await opened(page, 'files/store/order.go.html', `${label}: a file opens from the tree`);
  await click(page, 'aside a', 'Order.Refund');
  await leads(page, '#L64', `${label}: a function leads to its line`);
  await becomes(() => inView(page, '#L64'), `${label}: the line is in view`);
  page.back();
  await leads(page, 'files/store/order.go.html', `${label}: back to where the page was`);
  page.back();
  await opened(page, 'index.html', `${label}: the way back`);
  await next(WIDE);
  await page.goto(origins[origin]('change', 'files/store/order.go.html'));
  const all = await rows(page);
  await click(page, '#changed');
  await becomes(async () => (await rows(page)) < all, `${label}: all else is folded`);
  await becomes(() => shown(page, '#L64'), `${label}: the change is not`);
  await page.goto(origins[origin]('baseline', 'files/store/order.go.html'));
  await click(page, '#lost');
  await becomes(async () => (await shown(page, '#L65')) && !(await shown(page, '#L30')), `${label}: what was lost is alone`);
  await next(NARROW);
  await page.goto(origins[origin]('shop', 'files/store/order.go.html') + '#L30');
  await becomes(() => inView(page, '#L30'), `${label}: the line of a link is in view on a phone`);
  await page.goto(origins[origin]('counts', 'files/long/long.go.html'));
  await becomes(() => page.evaluate(() => document.querySelector('.code').getBoundingClientRect().top < 2 * innerHeight), `${label}: 400 functions do not keep a phone from the source`);
  await quiet(page, `${label}: nothing odd happened`);
  await page.close();
};

// Keys of a source.
const keys = async (browser, origins, origin) => {
  const label = `Firefox ${origin}`;
  const page = await open(browser, WIDE);
  const press = (key) => page.keyboard.press(key);
  const starts = (rule) => page.evaluate((rule) => [...document.querySelectorAll('.src tr')].filter((row) => row.matches(rule) && !(row.previousElementSibling && row.previousElementSibling.matches(rule))).map((row) => row.id), rule);
  for (const [rule, next, back] of [['.m, .p', 'n', 'p'], ['.m, .p', 'j', 'k'], ['.l', 'l', 'L']]) {
    await page.goto(origins[origin]('baseline', 'files/store/order.go.html'));
    const ids = await starts(rule);
    check(ids.length > 0, `${label}: there is something for ${next}`);
    for (const id of [...ids, ids[0]]) { await press(next); await eventually(() => here(page), id, `${label}: ${next}`); }
    await becomes(() => inView(page, '#' + ids[0]), `${label}: ${next}: the line is in view`);
    await press(back);
    await eventually(() => here(page), ids[ids.length - 1], `${label}: ${back}`);
    await press(next);
    await eventually(() => here(page), ids[0], `${label}: ${next} goes round`);
  }
  const [one] = await starts('.l');
  await eventually(async () => (await text(page, '.status')).replace(/^Line (\d+), lost.*/s, 'L$1'), one, `${label}: the line is told`);
  await page.keyboard.down('Alt');
  await press('l');
  await page.keyboard.up('Alt');
  await press('y');
  await leads(page, '#' + one, `${label}: keys with Alt are left alone, y makes a link to the line`);
  const all = await rows(page);
  for (const key of ['m', 'b']) {
    await press(key);
    await becomes(async () => (await rows(page)) < all, `${label}: ${key} hides`);
    await press(key);
    await eventually(() => rows(page), all, `${label}: ${key} shows again`);
  }
  await press('?');
  await becomes(() => shown(page, 'dialog[open] dl'), `${label}: ? lists the keys`);
  await press('Escape');
  await becomes(async () => !(await shown(page, 'dialog')), `${label}: Esc closes`);
  await press('d');
  await eventually(() => ground(page), DARK, `${label}: d is dark`);
  await press(']');
  await opened(page, 'shelf.go.html', `${label}: ] is the next file`);
  await eventually(() => ground(page), DARK, `${label}: the theme stays`);
  await press('d');
  await eventually(() => ground(page), LIGHT, `${label}: d is light again`);
  await press('[');
  await opened(page, 'order.go.html', `${label}: [ is the file before`);
  await page.goto(origins[origin]('change', 'files/store/order.go.html'));
  const whole = await rows(page);
  await press('c');
  await becomes(async () => (await rows(page)) < whole, `${label}: c folds to the change`);
  const [first] = await starts('.m.a, .p.a');
  await press('N');
  await eventually(() => here(page), first, `${label}: N leads to the first miss in the change`);
  await page.goto(origins[origin]('counts', 'files/sum.go.html'));
  await press('h');
  await eventually(() => page.evaluate(() => ['#L6', '#L7'].map((line) => getComputedStyle(document.querySelector(line + ' td:nth-child(2)')).backgroundColor).map((one) => one !== 'rgba(0, 0, 0, 0)')), [true, true], `${label}: heat`);
  await press('t');
  await opened(page, 'index.html', `${label}: t is the tree`);
  await quiet(page, `${label}: keys: nothing odd happened`);
  await page.close();
};

// Search, sorting, filters, what is kept.
const lists = async (browser, origins, origin) => {
  const label = `Firefox ${origin}`;
  const page = await open(browser, WIDE);
  await page.goto(origins[origin]('shop', 'files/price/price.go.html'));
  await page.keyboard.press('/');
  await becomes(() => shown(page, 'dialog li a'), `${label}: / opens the search`);
  await page.keyboard.type('refund');
  await becomes(async () => (await text(page, 'dialog li a')).includes('Refund'), `${label}: it finds`);
  await page.keyboard.press('Enter');
  await opened(page, 'order.go.html#L64', `${label}: Enter opens what was found`);
  await becomes(() => inView(page, '#L64'), `${label}: and it is in view`);
  await page.keyboard.press('u');
  await opened(page, 'index.html', `${label}: u is up`);
  await click(page, '.filter');
  await page.keyboard.type('order');
  await becomes(() => page.evaluate(() => ['order.go', 'price.go'].map((name) => [...document.querySelectorAll('.tree a')].some((one) => one.textContent === name && one.checkVisibility())).join() === 'true,false'), `${label}: the filter opens what it finds, and hides the rest`);
  const unfolded = () => page.evaluate(() => [...document.querySelectorAll('.tree details')].filter((one) => one.open && one.checkVisibility()).length);
  const filtered = await unfolded();
  for (let letter = 0; letter < 5; letter++) await page.keyboard.press('Backspace');
  await becomes(async () => (await unfolded()) < filtered, `${label}: without the filter the tree is as it was`);
  await becomes(() => page.evaluate(() => !Object.values(sessionStorage).join().includes('store')), `${label}: and what the filter opened is not kept`);
  await page.goto(origins[origin]('shop', 'index.html'));
  await click(page, 'summary', 'price');
  await becomes(() => page.evaluate(() => Object.values(sessionStorage).join().includes('price')), `${label}: what is open is kept`);
  await page.reload();
  await becomes(() => page.evaluate(() => [...document.querySelectorAll('.tree a')].some((one) => one.textContent === 'price.go' && one.checkVisibility())), `${label}: what was open stays open`);
  await page.goto(origins[origin]('baseline', 'files.html'));
  const column = (at) => page.evaluate((at) => [...document.querySelector('.list').tBodies[0].rows].map((row) => row.cells[at].textContent), at);
  const names = await column(0);
  await click(page, 'thead button', 'File');
  await eventually(() => column(0), [...names].sort(), `${label}: sorted by name`);
  await eventually(() => page.evaluate(() => document.querySelector('.list thead th').getAttribute('aria-sort')), 'ascending', `${label}: and it says so`);
  const shares = (await column(1)).map(parseFloat);
  await click(page, 'thead button', 'Covered');
  await eventually(async () => (await column(1)).map(parseFloat), shares.sort((a, b) => b - a), `${label}: sorted by share, as numbers`);
  await click(page, '.filter');
  await page.keyboard.type('price n');
  await becomes(() => page.evaluate(() => [...document.querySelectorAll('.list tbody tr')].filter((row) => row.offsetHeight).every((row) => row.cells[0].textContent.includes('price'))), `${label}: the filter narrows the table`);
  await quiet(page, `${label}: lists: nothing odd happened`);
  await page.close();
};

// Hostile names and sources: nothing runs.
const hostile = async (browser, origins, origin) => {
  const page = await open(browser, WIDE);
  await page.goto(origins[origin]('hostile', 'files.html'));
  const links = await page.evaluate(() => [...document.querySelectorAll('.list a')].map((link) => link.href));
  equal(links.length, 20, `Firefox ${origin}: all hostile files are listed`);
  for (const link of links) {
    await page.goto(link);
    await eventually(() => page.evaluate(() => [document.querySelectorAll('img, iframe, svg, [onerror], [onload], style').length, document.scripts.length, document.querySelectorAll('.src tr[id]').length, document.documentElement.scrollWidth > innerWidth]), [0, 1, 7, false], `Firefox ${origin} ${link}`);
    await becomes(() => page.evaluate(() => ['<img src=x onerror=alert(2)>', 'U+202E'].every((part) => document.querySelector('.src').innerText.includes(part))), `Firefox ${origin} ${link}: the source is text`);
  }
  await quiet(page, `Firefox ${origin}: nothing ran`);
  await page.close();
};

// One file.
const single = async (browser) => {
  let page = await open(browser, WIDE);
  await page.goto(pathToFileURL(path.join(reports, 'shop.html')).href);
  await click(page, 'summary', 'store');
  await click(page, '.tree a', 'order.go');
  await leads(page, '#!files/store/order.go.html', 'Firefox, one file: the address tells the page');
  await click(page, 'aside a', 'Order.Refund');
  await eventually(() => here(page), 'L64', 'Firefox, one file: a function leads to its line');
  await page.reload();
  await eventually(() => here(page), 'L64', 'Firefox, one file: a link to a line survives a reload');
  await page.keyboard.press('/');
  await becomes(() => shown(page, 'dialog li a'), 'Firefox, one file: / opens the search');
  await page.keyboard.type('shelf.go');
  await becomes(async () => (await text(page, 'dialog li a')).includes('shelf'), 'Firefox, one file: it finds');
  await page.keyboard.press('Enter');
  await becomes(async () => (await text(page, 'h1')).includes('shelf'), 'Firefox, one file: Enter opens what was found');
  page.back();
  await becomes(async () => (await text(page, 'h1')).includes('order'), 'Firefox, one file: the way back');
  await quiet(page, 'Firefox, one file: nothing odd happened');
  await page.close();
  page = await open(browser, WIDE);
  await page.goto(pathToFileURL(path.join(reports, 'hostile.html')).href);
  await click(page, '.views a', 'Files');
  await click(page, '.list a', 'img src=x');
  await becomes(async () => (await text(page, '.src')).includes('<img src=x onerror=alert(2)>'), 'Firefox, one file: a hostile source is text');
  await quiet(page, 'Firefox, one file: nothing odd happened');
  await page.close();
};

(async () => {
  const { origins, close } = await serve(reports);
  const within = async (look, work) => {
    const browser = await start(look);
    try { await work(browser); } finally { await browser.close(); }
  };
  await Promise.all([
    within(BRIGHT, async (browser) => {
      await screens(browser, BRIGHT, origins, [['policy', [WIDE, NARROW]], ['disk', [WIDE, ZOOMED]]]);
      await plain(browser, origins, 'policy', false);
    }),
    within(NIGHT, async (browser) => {
      await screens(browser, NIGHT, origins, [['disk', [WIDE, NARROW]]]);
      await plain(browser, origins, 'disk', false);
    }).then(() => within(FORCED, (browser) => screens(browser, FORCED, origins, [['disk', [WIDE, NARROW]]]))),
  ]);
  await within(BRIGHT, async (browser) => {
    await Promise.all(['disk', 'server'].map((origin) => hostile(browser, origins, origin)));
    for (const origin of ['disk', 'server']) {
      await plain(browser, origins, origin, true);
      await keys(browser, origins, origin);
      await lists(browser, origins, origin);
    }
    await single(browser);
  });
  close();
  tell('Firefox');
})().catch((error) => { console.error(error); process.exit(1); });
