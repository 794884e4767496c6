// Shows the board. Everything is drawn from the newest state; nothing is remembered from the one before but what is new.

import { age, follow, hallNow } from "./board_line.js";

const NEW_MS = 20_000; // a call stands out for so long
const STALE_MS = 9000; // the data's age is said from here on, and as soon as the line is down
const DOWN_MS = 1500; // a line that comes back at once is nobody's concern
const PAGE_MS = 12_000;
const LINE_MS = 8000; // of the rule, on a wall: a phone shows all lines
const MOST_ON_A_PAGE = 24;
const STATES = { called: "请到窗口", serving: "办理中", open: "等候叫号", paused: "暂停办理", closed: "未开放" };
const COLUMNS = [[1, 1], [4, 2], [12, 3], [24, 4]]; // up to so many counters: so many columns
const TALL_COLUMNS = [[3, 1], [10, 2], [24, 3]];
const GROUP_COLUMNS = [[2, 2], [3, 3], [8, 4], [10, 5], [99, 6]];

const at = Object.fromEntries(
  ["doors", "day", "clock", "stale", "calls", "counters", "pages", "waiting", "rule"].map((id) => [id, document.getElementById(id)]),
);
const phone = matchMedia("(max-width: 700px)");
const tall = matchMedia("(orientation: portrait)");
const inHall = new Intl.DateTimeFormat("zh-CN", {
  timeZone: "Asia/Shanghai", hourCycle: "h23", month: "numeric", day: "numeric", weekday: "short",
  hour: "2-digit", minute: "2-digit", second: "2-digit",
});

let board = null;
let page = 0;
let downSince = performance.now();
let seen = null; // calls drawn before

follow(document.body.dataset.hall, {
  state(newest) {
    board = newest;
    draw();
  },
  up() {
    const wasShown = downSince !== null && board !== null && performance.now() - downSince > DOWN_MS;
    downSince = null;
    tick();
    if (wasShown) setTimeout(renew, Math.random() * 10_000);
  },
  down() {
    downSince = performance.now();
  },
});

/** A screen runs for months: where the server came back with another edition of this page, it is loaded anew. */
async function renew() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const edition = /data-edition="(\w+)"/.exec(await answer.text())?.[1];
    if (answer.ok && edition && edition !== document.body.dataset.edition) location.reload();
  } catch {
    // the line is down again: at its next return
  }
}

// ---------------------------------------------------------------------------------------------- drawing

function draw() {
  if (board === null) return;
  at.doors.textContent = board.doors.sentence;
  at.doors.classList.toggle("shut", !board.doors.is_open);
  at.doors.classList.toggle("said-below", board.calls.length === 0 && !board.doors.is_open);
  at.rule.replaceChildren(...board.rule.map((line) => element("span", "", line)));
  at.rule.hidden = board.rule.length === 0;
  drawCalls();
  drawCounters();
  drawWaiting();
  seen = new Set(board.calls.map(callKey));
  tick();
}

function drawCalls() {
  const rows = board.calls.map((call) => {
    const row = element("li", "call", [
      element("span", "ticket", call.ticket),
      element("span", "to", call.state === "missed" ? "已过号" : [
        call.state === "called" ? element("i", "", "请到") : "",
        element("b", "", String(call.counter)),
        "号窗口",
      ]),
    ]);
    row.dataset.at = Date.parse(call.at);
    if (seen !== null && !seen.has(callKey(call))) row.classList.add("arriving");
    return row;
  });
  if (rows.length === 0) rows.push(element("li", "none", whyNone()));
  at.calls.replaceChildren(...rows);
}

function whyNone() {
  if (!board.doors.is_open) return board.doors.sentence;
  return board.counters.every((each) => each.state === "closed") ? "窗口还没有开始办理" : "今天还没有叫号";
}

function drawCounters() {
  const all = board.counters;
  const pages = phone.matches ? 1 : Math.max(1, Math.ceil(all.length / MOST_ON_A_PAGE));
  const size = Math.ceil(all.length / pages);
  page %= pages;
  const shown = all.slice(page * size, (page + 1) * size);
  const columns = fitting(tall.matches ? TALL_COLUMNS : COLUMNS, size);
  at.counters.style.setProperty("--columns", columns);
  at.counters.style.setProperty("--rows", Math.ceil(size / columns));
  at.counters.dataset.columns = columns;
  at.counters.dataset.rows = Math.ceil(size / columns);
  at.counters.replaceChildren(...shown.map(counterTile));
  at.pages.hidden = pages === 1;
  if (pages > 1) at.pages.textContent = `正在显示 ${shown[0].number}–${shown.at(-1).number} 号窗口，共 ${all.length} 个窗口`;
}

function counterTile(counter) {
  const state = counter.ticket?.state ?? counter.state;
  const tile = element("li", `counter ${state} ${counter.ticket ? "" : "empty"}`, [
    element("span", "number", [element("b", "", String(counter.number)), "号"]),
    counter.ticket
      ? element("span", `ticket${counter.ticket.number.length > 4 ? " long" : ""}`, counter.ticket.number)
      : element("span", "idle", STATES[state]),
    counter.ticket ? element("span", "state", STATES[state]) : "",
    element("span", "foot", [
      element("span", "serves", counter.serves || counter.name),
      element("span", "waits", ["等", element("b", "", String(counter.waiting)), "人"]),
    ]),
  ]);
  if (counter.ticket?.state === "called") tile.dataset.at = Date.parse(counter.ticket.since);
  return tile;
}

function drawWaiting() {
  at.waiting.style.setProperty("--columns", fitting(GROUP_COLUMNS, board.groups.length));
  at.waiting.replaceChildren(
    ...board.groups.map((group) =>
      element("li", group.waiting ? "group" : "group nobody", [
        element("b", "letter", group.letter),
        element("span", "about", [element("span", "name", group.name), element("span", "minutes", minutes(group))]),
        element("span", "count", [element("b", "", String(group.waiting)), "人"]),
      ]),
    ),
  );
}

function minutes({ low_minutes: low, high_minutes: high }) {
  if (low === null || high === null) return "";
  if (low === 0) return high === 0 ? "不用等" : `${high}分钟以内`;
  return low === high ? `约等${low}分钟` : `约等${low}–${high}分钟`;
}

function callKey(call) {
  return `${call.ticket} ${call.counter} ${call.at}`;
}

function fitting(steps, count) {
  return (steps.find(([most]) => count <= most) ?? steps.at(-1))[1];
}

function element(name, className, content) {
  const made = document.createElement(name);
  made.className = className;
  made.append(...(Array.isArray(content) ? content : [content]));
  return made;
}

// ---------------------------------------------------------------------------------------------- time

/** Once a second: the clock, what is no longer new, and how old the data is. */
function tick() {
  const now = hallNow();
  if (board !== null) {
    const { month, day, weekday, hour, minute } = told(now);
    at.day.textContent = `${month}月${day}日 ${weekday}`;
    at.clock.textContent = `${hour}:${minute}`;
  }
  for (const row of document.querySelectorAll("[data-at]")) row.classList.toggle("new", now - row.dataset.at < NEW_MS);
  const lines = [...at.rule.children];
  lines.forEach((line, n) => line.classList.toggle("shown", n === Math.floor(now / LINE_MS) % lines.length));
  const stale = staleness();
  if (at.stale.textContent !== stale) at.stale.textContent = stale;
  at.stale.hidden = stale === "";
  document.body.classList.toggle("old", stale !== "" && board !== null);
}

function staleness() {
  const isDown = downSince !== null && performance.now() - downSince > DOWN_MS;
  if (board === null) return isDown ? "连不上，正在重新连接…" : "正在连接…";
  if (!isDown && age() < STALE_MS) return "";
  const { hour, minute, second } = told(hallNow() - age());
  return `数据停在 ${hour}:${minute}:${second}，${isDown ? "正在重新连接" : "系统正在恢复"}…`;
}

function told(instant) {
  return Object.fromEntries(inHall.formatToParts(instant).map(({ type, value }) => [type, value]));
}

setInterval(tick, 1000);
setInterval(() => {
  page += 1;
  if (board !== null && !phone.matches && board.counters.length > MOST_ON_A_PAGE) drawCounters();
  tick();
}, PAGE_MS);
phone.addEventListener("change", draw);
tall.addEventListener("change", draw);
