// 取号: which line, how many wait there, a number, and its slip; 签到: the same slip for who has an appointment.

import { button, element, newKey } from "./device.js";
import { APPOINTMENT, typed } from "./kiosk_number.js";
import { facts, print, tiles, title, when } from "./kiosk_parts.js";

const WHY = [[null, "没有"], ["elderly", "老人"], ["disabled", "残疾人"], ["soldier", "军人"]];

const wait = (low, high) => (low === null || low === undefined ? "" : low === high ? `约 ${low} 分钟` : `约 ${low} 到 ${high} 分钟`);

export async function start(kiosk) {
  const board = kiosk.line.now() ?? await kiosk.ask(`/boards/${encodeURIComponent(kiosk.hall)}`);
  kiosk.line.whenMoved(() => {});
  if (!board.doors.is_open) return [title("现在取不了号"), element("p", "big", board.doors.sentence)];
  return [title("您来办哪一类？", "不知道是哪一类，先看“办事指南”，或者问导办台"), tiles(board.groups.map((group) => ({
    name: `${group.letter}　${group.name}`,
    small: [group.waiting === 0 ? "没有人等" : `${group.waiting} 人在等`, wait(group.low_minutes, group.high_minutes)].filter(Boolean).join("，"),
    press: () => kiosk.open((it) => confirm(it, group)),
  })))];
}

export function confirm(kiosk, group) {
  const key = newKey(); // pressed twice, or sent again over a bad line, it is one number
  const now = kiosk.line.now()?.groups.find((each) => each.letter === group.letter);
  let why = null;
  const choices = WHY.map(([value, name]) => button("choice", name, () => {
    why = value;
    for (const each of choices) each.setAttribute("aria-pressed", each.textContent === name);
  }, { ariaPressed: String(value === null) }));
  return [
    title(`取 ${group.letter} 类号`, group.name),
    now && element("p", "big", now.waiting === 0 ? "现在没有人等。" : `现在 ${now.waiting} 人在等，${wait(now.low_minutes, now.high_minutes) || "要多久还说不准"}。`),
    element("p", "", "可以优先的（到窗口要出示证件）："),
    element("div", "choices", choices),
    element("div", "acts", button("act main huge", "取号", () => kiosk.replace((it) => taken(it, group, why, key)))),
  ];
}

async function taken(kiosk, group, privilege, key) {
  const wish = { hall: kiosk.hall, group: group.letter, ...(privilege ? { privilege } : {}) };
  return shown(kiosk, "取好了，请记住您的号", await kiosk.ask("/kiosk/tickets", wish, { "Idempotency-Key": key }));
}

export const arrive = typed(APPOINTMENT, arrived);

async function arrived(kiosk, { number, code }) {
  const kept = await kiosk.ask("/kiosk/arrivals", { hall: kiosk.hall, appointment: number, code });
  return shown(kiosk, "签到好了，请记住您的号", kept);
}

function shown(kiosk, heading, { ticket, code }) {
  const said = () => facts([
    ["前面", ticket.ahead === 0 ? "没有人" : `${ticket.ahead} 人`],
    ["大约要等", wait(ticket.wait_low_minutes, ticket.wait_high_minutes) || "还说不准"],
    ["查询码", code],
  ]);
  const paper = () => [
    element("h2", "", ticket.hall.name),
    element("p", "number", ticket.number),
    element("p", "", `${ticket.group.letter} 类　${ticket.group.name}`),
    said(),
    element("p", "", `${when(ticket.taken_at)} 取号，当天有效`),
    element("p", "small", "请看大屏，静默叫号。办完后凭票号和查询码可以评价。"),
  ];
  return [
    title(heading),
    element("p", "number", ticket.number),
    said(),
    element("p", "small", "请到等候区看大屏，叫到您再去窗口。办完后凭票号和查询码可以评价。"),
    element("div", "acts", [button("act main", "打印小票", () => print(...paper())), button("act", "记住了", kiosk.home)]),
  ];
}
