// Adds to pages that can be read without it: search, sort, filters, keys, theme, a map of misses, memory of what is open.
// In a report of one file it also unpacks the other pages.
"use strict";
(() => {
  const root = document.documentElement;
  const $ = (selector, from = document) => from.querySelector(selector);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  // Text of others only ever becomes text here.
  const make = (name, attributes = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== undefined && value !== false) element.setAttribute(key, value);
    }
    element.append(...children);
    return element;
  };
  const store = (area, key, value) => {
    try {
      const kept = window[area];
      if (value === undefined) return kept.getItem(key);
      kept.setItem(key, value);
    } catch { /* a page from disk or in a sandbox may have none */ }
    return null;
  };
  const packed = $("script[data-page]") !== null;
  let base = packed ? "index.html" : "";
  let rows = [];
  let at = -1;
  const status = make("div", { class: "status", role: "status" });

  // ---- Addresses: with one file, pages are packed and the address is behind #!
  const resolve = (href, from) => new URL(href, "https://report.invalid/" + from).pathname.slice(1);
  const address = (page, line) => packed ? "#!" + page + (line ? "#" + line : "") : root.dataset.root + page + (line ? "#" + line : "");
  const unpack = async (page) => {
    const found = all("script[data-page]").find((script) => script.dataset.page === page);
    if (!found) return null;
    const bytes = Uint8Array.from(atob(found.textContent), (letter) => letter.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Response(stream).text();
  };
  const show = async () => {
    const [page, line] = location.hash.startsWith("#!") ? location.hash.slice(2).split("#") : [base, location.hash.slice(1)];
    if (page !== base) {
      const text = await unpack(page || "index.html");
      if (text === null) return;
      const loaded = new DOMParser().parseFromString(text, "text/html");
      base = page || "index.html";
      document.title = loaded.title;
      $("main").replaceWith(loaded.querySelector("main"));
      const nav = loaded.querySelector("header nav");
      if (nav) $("header nav").replaceWith(nav);
      start();
      scrollTo(0, 0);
    }
    if (line) {
      const row = document.getElementById(line);
      if (row) { mark(row); reveal(row); }
    }
  };
  // What lies folded away is opened.
  const reveal = (place) => {
    for (let one = place; one; one = one.parentElement) if (one.matches("details")) one.open = true;
    place.scrollIntoView({ block: "center" });
  };
  const mark = (row) => {
    for (const old of all(".here")) old.classList.remove("here");
    row.classList.add("here");
  };
  const go = (href) => { location.href = href; };
  const follow = (event) => {
    const link = event.target.closest("a[href]");
    if (!packed || !link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const href = link.getAttribute("href");
    if (href.startsWith("#!") || /^[a-z]+:/i.test(href)) return;
    event.preventDefault();
    const [path, line] = href.split("#");
    if (line === "main") { $("main").focus(); return; }
    location.hash = "!" + (path ? resolve(path, base) : base) + (line ? "#" + line : "");
  };

  // ---- Search
  let index = null;
  const load = async () => {
    if (index) return index;
    if (packed) {
      const text = await unpack("assets/index.js");
      index = JSON.parse(text.slice(text.indexOf("=") + 1));
      return index;
    }
    index = await new Promise((done) => {
      const script = make("script", { src: root.dataset.root + "assets/index.js", onload: () => done(window.coverdictIndex || []), onerror: () => done([]) });
      document.head.append(script);
    });
    return index;
  };
  const matches = (text, words) => {
    let score = 0;
    const lower = text.toLowerCase();
    for (const word of words) {
      const found = lower.lastIndexOf(word);
      if (found < 0) return -1;
      score += text.length - found;
    }
    return score;
  };
  const find = (data, query) => {
    const words = query.toLowerCase().split(/\s+/).filter(Boolean);
    const hits = [];
    for (const [path, page, missed, , functions] of data) {
      const target = page || "files/" + path + ".html";
      const score = words.length ? matches(path, words) : 0;
      if (score >= 0) hits.push([score, path, missed ? missed + " missed" : "covered", address(target)]);
      for (let one = 0; words.length && one < functions.length; one += 2) {
        const score = matches(functions[one], words);
        if (score >= 0) hits.push([score + 1, functions[one], path, address(target, "L" + functions[one + 1])]);
      }
    }
    return hits.sort((a, b) => a[0] - b[0] || (a[1] < b[1] ? -1 : 1)).slice(0, 60);
  };
  const search = () => {
    const list = make("ol", { id: "hits" });
    const input = make("input", { type: "search", "aria-label": "Search files and functions", "aria-controls": "hits", autocomplete: "off", placeholder: "File or function" });
    const box = make("dialog", { "aria-label": "Search" }, input, list);
    const select = (step) => {
      const links = all("a", list);
      const now = links.findIndex((link) => link.classList.contains("on"));
      if (now >= 0) links[now].classList.remove("on");
      const next = links[Math.max(0, Math.min(links.length - 1, now + step))];
      if (next) { next.classList.add("on"); next.scrollIntoView({ block: "nearest" }); }
    };
    const update = async () => {
      const hits = find(await load(), input.value);
      list.replaceChildren(...hits.map(([, name, what, href]) => make("li", {}, make("a", { href }, name, " ", make("small", { class: "muted" }, what)))));
      if (!hits.length) list.append(make("li", { class: "muted" }, "Nothing found"));
      select(0);
    };
    input.addEventListener("input", update);
    input.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") { select(event.key === "ArrowDown" ? 1 : -1); event.preventDefault(); }
      if (event.key === "Enter") { const link = $("a.on", list); if (link) { box.close(); go(link.getAttribute("href")); } }
    });
    list.addEventListener("click", () => box.close());
    open(box);
    update();
  };
  const open = (box) => {
    for (const other of all("dialog")) other.remove();
    box.addEventListener("close", () => box.remove());
    box.addEventListener("click", (event) => { if (event.target === box) box.close(); });
    document.body.append(box);
    box.showModal();
  };

  // ---- Help
  const KEYS = [
    ["n j", "next miss"], ["p k", "previous miss"], ["N P", "next, previous miss in the change"], ["l L", "next, previous lost line"], ["[ ]", "previous, next file with misses"],
    ["/", "search"], ["t", "tree"], ["u", "up: to the overview"], ["g", "top"], ["m", "misses only"], ["c", "changed only"], ["b", "lost only, against the baseline"],
    ["h", "heat on or off"], ["y", "copy a link to the line"], ["d", "theme"], ["?", "this list"], ["Esc", "leave"],
  ];
  const help = () => open(make("dialog", { "aria-label": "Keys" }, make("h2", {}, "Keys"),
    make("dl", {}, ...KEYS.flatMap(([key, text]) => [make("dt", {}, key), make("dd", {}, text)])),
    make("form", { method: "dialog" }, make("button", {}, "Close"))));

  // ---- Theme
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const theme = () => {
    root.dataset.theme = dark() ? "light" : "dark";
    store("localStorage", "coverdict-theme", root.dataset.theme);
    minimap();
  };

  // ---- Source
  // What keys lead to, and what is said when there is none.
  const [MISS, CHANGE, LOST] = [[".m, .p", "No miss in this file"], [".m.a, .p.a", "No miss in the change"], [".l", "No lost line in this file"]];
  const those = ([rule]) => rows.filter((row) => row.matches(rule));
  /// The first row of each run of them.
  const starts = (kind) => those(kind).filter((row) => {
    const before = row.previousElementSibling;
    return !(before && before.matches(kind[0]));
  });
  const jump = (step, kind) => {
    const targets = starts(kind);
    if (!targets.length) { status.textContent = kind[1]; return; }
    const now = rows[at] ? Number(rows[at].id.slice(1)) : 0;
    const lines = targets.map((row) => Number(row.id.slice(1)));
    const next = step > 0 ? lines.findIndex((line) => line > now) : lines.findLastIndex((line) => line < now);
    stand(targets[next < 0 ? (step > 0 ? 0 : targets.length - 1) : next]);
  };
  const stand = (row) => {
    at = rows.indexOf(row);
    mark(row);
    row.scrollIntoView({ block: "center" });
    $("a", row).focus({ preventScroll: true });
    const block = $("m-s[title], c-v[title]", row) || before(row);
    status.textContent = "Line " + row.id.slice(1) + (row.matches(".l") ? ", lost" : "") + (block ? ", block " + block.title : "");
  };
  const before = (row) => {
    for (let one = row; one; one = one.previousElementSibling) {
      const blocks = all("m-s[title], c-v[title]", one);
      if (blocks.length) return blocks[blocks.length - 1];
    }
    return null;
  };
  const toggle = (name, button) => {
    const code = $(".code");
    if (!code) return;
    const on = code.classList.toggle(name);
    if (name === "misses") for (const row of rows) row.classList.toggle("near", on && near(row));
    if (button) button.setAttribute("aria-pressed", on);
    minimap();
  };
  const near = (row) => {
    let [up, down] = [row, row];
    for (let step = 0; step < 2; step++) {
      up = up && up.previousElementSibling;
      down = down && down.nextElementSibling;
      if ((up && up.matches(".m, .p")) || (down && down.matches(".m, .p"))) return true;
    }
    return false;
  };
  const heat = (button) => {
    const value = (row) => Number(((row.cells[1].textContent.match(/[\d.]+/) || [0])[0])) * (10 ** (3 * (" kMGTPE".indexOf(row.cells[1].textContent.slice(-1)) + 1 || 1) - 3));
    const on = button.getAttribute("aria-pressed") !== "true";
    const most = Math.log1p(Math.max(1, ...rows.filter((row) => row.matches(".c, .p")).map(value)));
    for (const row of rows) {
      row.classList.remove("h1", "h2", "h3", "h4", "h5");
      if (on && row.matches(".c, .p")) row.classList.add("h" + Math.max(1, Math.ceil(5 * Math.log1p(value(row)) / most)));
    }
    button.setAttribute("aria-pressed", on);
  };
  const minimap = () => {
    for (const old of all(".map-mini")) old.remove();
    if (rows.length < 60 || !those(MISS).length) return;
    const canvas = make("canvas", { class: "map-mini", "aria-hidden": "true", width: 10, height: 1000 });
    const draw = canvas.getContext("2d");
    const style = getComputedStyle(root);
    for (const row of those(MISS)) {
      draw.fillStyle = style.getPropertyValue(row.matches(".m") ? "--mark-missed" : "--mark-partial").includes("light-dark") ? (dark() ? "#f0883e" : "#bc4c00") : "#bc4c00";
      const line = Number(row.id.slice(1));
      draw.fillRect(0, (line - 1) / rows.length * 1000, 10, Math.max(2, 1000 / rows.length));
    }
    canvas.addEventListener("click", (event) => {
      const row = rows[Math.floor(event.offsetY / canvas.clientHeight * rows.length)];
      if (row) stand(row);
    });
    document.body.append(canvas);
  };
  const source = () => {
    rows = all(".src tr[id]");
    at = -1;
    const place = $(".hop");
    if (!rows.length || !place) return;
    const button = (text, key, act) => make("button", { type: "button", title: "key " + key, onclick: (event) => act(event.currentTarget) }, text);
    const tools = make("div", { class: "sourcetools" });
    for (const [kind, name, up, down] of [[MISS, "miss", "p", "n"], [CHANGE, "in change", "P", "N"], [LOST, "lost", "L", "l"]]) {
      if (starts(kind).length) tools.append(button("↑ " + name, up, () => jump(-1, kind)), button("↓ " + name, down, () => jump(1, kind)));
    }
    const toggles = [["Misses only", "m", "misses", those(MISS).length]];
    for (const [text, key, name, wanted] of toggles) if (wanted) tools.append(button(text, key, (one) => toggle(name, one)));
    if (!$(".set")) tools.append(button("Heat", "h", heat));
    for (const one of all("button", tools)) if (one.textContent === "Heat" || one.textContent.endsWith("only")) one.setAttribute("aria-pressed", "false");
    place.before(tools);
    minimap();
  };

  // ---- Tables
  const number = (cell) => {
    const text = cell.textContent.trim().replace(/[<,%]/g, "");
    return text === "n/a" ? -1 : Number(text);
  };
  const sort = (table, column, heading) => {
    const body = table.tBodies[0];
    const lines = [...body.rows];
    const numeric = lines.every((row) => !Number.isNaN(number(row.cells[column])));
    const down = heading.getAttribute("aria-sort") ? heading.getAttribute("aria-sort") === "ascending" : numeric;
    for (const other of all("[aria-sort]", table)) other.removeAttribute("aria-sort");
    heading.setAttribute("aria-sort", down ? "descending" : "ascending");
    const key = numeric ? (row) => number(row.cells[column]) : (row) => row.cells[column].textContent;
    const keyed = lines.map((row) => [key(row), row]);
    keyed.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0) * (down ? -1 : 1));
    body.append(...keyed.map(([, row]) => row));
  };
  const tables = () => {
    for (const table of all("table.list")) {
      if (!table.tBodies[0] || table.tBodies[0].rows.length < 2) continue;
      [...table.tHead.rows[0].cells].forEach((heading, column) => {
        const button = make("button", { type: "button", onclick: () => sort(table, column, heading) }, ...heading.childNodes);
        heading.append(button);
      });
    }
  };
  const filter = () => {
    const views = $(".views");
    const [tree, lists] = [$(".tree"), all("main .list")];
    if (!views || !(tree || lists.length)) return;
    const input = make("input", { type: "search", class: "filter", placeholder: "Filter by name", "aria-label": "Filter by name" });
    let opened = null;
    const narrow = () => {
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      const hit = (text) => words.every((word) => text.toLowerCase().includes(word));
      for (const list of lists) for (const row of list.tBodies[0].rows) row.hidden = !hit(row.cells[0].textContent + " " + row.cells[1].textContent);
      if (!tree) return;
      const details = all("details", tree);
      // What the filter opens is not what the reader opened.
      if (words.length) opened = opened || details.filter((one) => one.open);
      prune(tree, "", hit, words.length > 0);
      if (!words.length && opened) for (const one of details) one.open = opened.includes(one);
      if (!words.length) opened = null;
    };
    input.addEventListener("input", narrow);
    views.append(input);
  };
  const prune = (node, path, hit, open) => {
    let shown = false;
    for (const child of node.children) {
      if (child.matches("details")) {
        const name = path + "/" + child.firstElementChild.firstElementChild.textContent;
        const here = prune(child, name, hit, open) || hit(name);
        child.hidden = !here;
        if (open && here) child.open = true;
        shown = shown || here;
      } else if (child.matches("table")) {
        for (const row of all("tr", child)) {
          row.hidden = !hit(path + "/" + row.cells[0].textContent);
          shown = shown || !row.hidden;
        }
      }
    }
    return shown;
  };
  const folds = () => {
    const details = all(".tree details");
    if (!details.length) return;
    const key = "coverdict-open:" + location.pathname;
    const name = (one) => { let text = ""; for (let node = one; node.matches("details"); node = node.parentElement) text = "/" + node.firstElementChild.firstElementChild.textContent + text; return text; };
    try {
      const kept = JSON.parse(store("sessionStorage", key) || "null");
      if (kept) for (const one of details) one.open = kept.includes(name(one));
    } catch { /* what others stored there is not ours */ }
    const place = !packed && document.getElementById(location.hash.slice(1));
    if (place) reveal(place);
    $(".tree").addEventListener("toggle", () => ($(".filter") || {}).value || store("sessionStorage", key, JSON.stringify(details.filter((one) => one.open).map(name).slice(0, 500))), true);
  };

  // ---- Keys
  const copy = async () => {
    const row = rows[at] || $("tr:target") || $("tr.here");
    const link = new URL(packed ? "#!" + base + (row ? "#" + row.id : "") : row ? "#" + row.id : "", location.href).href;
    if (row && !packed) history.replaceState(null, "", "#" + row.id);
    status.textContent = link;
    try { await navigator.clipboard.writeText(link); status.textContent = "Copied: " + link; } catch { /* the address has it too */ }
  };
  const press = (name) => { const button = all(".sourcetools button").find((one) => one.textContent.startsWith(name)); if (button) button.click(); };
  const ACTIONS = {
    n: () => jump(1, MISS), j: () => jump(1, MISS), p: () => jump(-1, MISS), k: () => jump(-1, MISS), N: () => jump(1, CHANGE), P: () => jump(-1, CHANGE),
    l: () => jump(1, LOST), L: () => jump(-1, LOST), b: () => { const box = $("#lost"); if (box) box.click(); },
    "[": () => { const link = $("a[rel=prev]"); if (link) link.click(); }, "]": () => { const link = $("a[rel=next]"); if (link) link.click(); },
    g: () => scrollTo(0, 0), u: () => go(address("index.html")), t: () => go(address(root.dataset.tree)), "/": search, m: () => press("Misses"),
    c: () => { const box = $("#changed"); if (box) box.click(); }, h: () => press("Heat"), y: copy, d: theme, "?": help,
    Escape: () => { status.textContent = ""; for (const row of all(".here")) row.classList.remove("here"); if (document.activeElement) document.activeElement.blur(); },
  };
  const key = (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || $("dialog[open]")) return;
    const typing = event.target.matches("input, textarea, select");
    if (typing && event.key !== "Escape") return;
    const act = Object.hasOwn(ACTIONS, event.key) && ACTIONS[event.key];
    if (act) { act(); if (event.key !== "Escape") event.preventDefault(); }
  };

  const start = () => { status.textContent = ""; tables(); filter(); folds(); source(); };
  const kept = store("localStorage", "coverdict-theme");
  if (kept === "dark" || kept === "light") root.dataset.theme = kept;
  $("header.top").append(make("div", { class: "tools" },
    make("button", { type: "button", title: "key /", onclick: search }, "Search"),
    make("button", { type: "button", title: "key d", onclick: theme }, "Theme"),
    make("button", { type: "button", title: "key ?", "aria-label": "Keys", onclick: help }, "?")));
  document.body.append(status);
  document.addEventListener("keydown", key);
  document.addEventListener("click", follow);
  document.addEventListener("click", (event) => { const row = event.target.closest(".src tr[id]"); if (row && event.target.closest("a")) at = rows.indexOf(row); });
  addEventListener("hashchange", () => packed && show());
  start();
  if (packed && location.hash) show();
})();
