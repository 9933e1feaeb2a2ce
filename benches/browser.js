// Opens pages of a report from disk in Chromium and tells when they are seen.
// Usage: NODE_PATH=… node browser.js TIMES PAGE...
// Output: for each page a line of JSON: `paint`, when the first content is on the screen, and `load`, when all is there; each a list of
// milliseconds since the navigation began, one for each time. Each time is a browser context of its own: nothing is cached.
'use strict';
const path = require('path');
const { pathToFileURL } = require('url');
const { chromium } = require('playwright-core');

const [times, ...pages] = process.argv.slice(2);
const PATIENCE = 120000;
const OPTIONS = ['--headless', '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

// Paint is told some time after the page has loaded.
const told = () => new Promise((done) => {
  const look = () => {
    const paint = performance.getEntriesByName('first-contentful-paint')[0];
    const load = performance.getEntriesByType('navigation')[0].loadEventEnd;
    if (paint && load) done({ paint: paint.startTime, load, rows: document.querySelectorAll('.src tr[id]').length }); else setTimeout(look, 5);
  };
  look();
});

(async () => {
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: OPTIONS, timeout: PATIENCE });
  for (const page of pages) {
    const result = { paint: [], load: [], rows: 0 };
    // The first time is for the caches of the system.
    for (let time = -1; time < Number(times); time++) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
      context.setDefaultTimeout(PATIENCE);
      const tab = await context.newPage();
      await tab.goto(pathToFileURL(path.resolve(page)).href);
      const one = await tab.evaluate(told);
      if (time >= 0) { result.paint.push(one.paint); result.load.push(one.load); }
      result.rows = one.rows;
      await context.close();
    }
    console.log(JSON.stringify(result));
  }
  await browser.close();
})().catch((error) => { console.error(error); process.exit(1); });
