// The kiosk: a pile of pages, the newest shown. Nothing is kept anywhere but in this pile, and the pile is thrown away
// when somebody goes, or when nobody has touched the screen for a minute.

import { Down, ask, button, element, pause, report } from "./device.js";
import * as guide from "./kiosk_guide.js";
import * as line from "./kiosk_line.js";
import { tile, title } from "./kiosk_parts.js";
import * as number from "./kiosk_number.js";
import * as rating from "./kiosk_rating.js";
import * as ticket from "./kiosk_ticket.js";

const IDLE_S = 60; // without a touch: back to the start
const WARNED_S = 15; // of these the countdown is shown
const RENEW_MS = 3600_000;
const at = Object.fromEntries(
  ["main", "foot", "still", "still-count", "still-here", "screen", "slip"].map((id) => [id, document.getElementById(id)]),
);
const hall = document.body.dataset.hall;

let pile = [];
let left = IDLE_S;
let turn = 0; // of the page shown: an answer that comes after another page was opened is not shown
let renewedAt = Date.now();

/** What a page may do. `page` is a function of this that gives its parts, at once or later. */
const kiosk = {
  hall,
  line,
  open(page) {
    pile.push(page);
    draw();
  },
  /** Instead of the page shown: going back does not lead to it. */
  replace(page) {
    pile[pile.length - 1] = page;
    draw();
  },
  home,
  again: draw,
  ask: (path, body, headers) => ask(path, body, headers),
};

function home() {
  pile = [start];
  at.slip.replaceChildren();
  draw();
  if (Date.now() - renewedAt > RENEW_MS) {
    renewedAt = Date.now();
    line.renew();
  }
}

function back() {
  if (pile.length > 1) pile.pop();
  draw();
}

async function draw() {
  const mine = ++turn;
  line.whenMoved(() => {});
  const page = pile.at(-1);
  at.foot.replaceChildren(...(pile.length > 1 ? [button("act", "‹ 返回", back), button("act", "回首页", home)] : []));
  const found = page(kiosk);
  if (found instanceof Promise) at.main.replaceChildren(element("p", "wait", "请稍等…"));
  try {
    const parts = await found;
    if (mine !== turn) return;
    at.main.replaceChildren(...[parts].flat().filter(Boolean));
    at.main.scrollTop = 0;
    at.main.focus({ preventScroll: true });
  } catch (error) {
    if (mine !== turn) return;
    if (!(error instanceof Down)) {
      at.main.replaceChildren(title("没有办成"), element("p", "big", error.message), element("div", "acts", button("act main", "返回重来", back)));
      return;
    }
    at.main.replaceChildren(title("线路断了"), element("p", "big", "连上了就接着来，您也可以到窗口办。"), element("div", "acts", button("act main", "再试一次", draw)));
    await pause(5000);
    if (mine === turn) draw();
  }
}

function start() {
  return [
    title("您来办什么？", "点一下就行，不用打字"),
    element("div", "tiles starts", [
      tile({ name: "办事指南", small: "要带什么、怎么办", more: "blue", press: () => kiosk.open(guide.start) }),
      tile({ name: "取号", small: "排队等叫号", more: "green", press: () => kiosk.open(ticket.start) }),
      tile({ name: "预约签到", small: "凭预约号取号", more: "teal", press: () => kiosk.open(ticket.arrive) }),
      tile({ name: "查进度", small: "办到哪一步了", more: "brown", press: () => kiosk.open(number.progress) }),
      tile({ name: "评价", small: "办得满意吗", more: "purple", press: () => kiosk.open(rating.start) }),
    ]),
  ];
}

// ---------------------------------------------------------------------------------------------- nobody there

function touched() {
  left = IDLE_S;
  at.still.hidden = true;
  at.screen.inert = false;
}

function second() {
  if (pile.length === 1) {
    left = IDLE_S;
    return;
  }
  left -= 1;
  if (left <= 0) {
    touched();
    home();
  } else if (left <= WARNED_S) {
    at["still-count"].textContent = `${left} 秒后回到首页，您看的、输的都不会留下。`;
    if (!at.still.hidden) return;
    at.still.hidden = false;
    at.screen.inert = true;
    at["still-here"].focus();
  }
}

for (const kind of ["pointerdown", "keydown", "wheel"]) addEventListener(kind, touched, { passive: true });
addEventListener("contextmenu", (event) => event.preventDefault());
setInterval(second, 1000);

line.listen(hall);
home();
await report();
