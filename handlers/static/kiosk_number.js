// A number and its code, typed with the finger; and 查进度, which is what most come for with one.

import { element } from "./device.js";
import { DIGITS, SIGNS, keypad, print, tiles, title } from "./kiosk_parts.js";

const LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ";
export const CASE = { name: "办件", number: "办件编号", small: "受理回执上 ST 开头的编号", prefix: "ST", keys: DIGITS, most: 14, code: { keys: SIGNS, most: 6, where: "回执上的 6 位查询码" } };
export const TICKET = { name: "票号", small: "像 A012，在小票上", code: { keys: SIGNS, most: 6, where: "小票上的 6 位查询码" } };
export const APPOINTMENT = { name: "预约", number: "预约号", small: "Y 开头的预约号", prefix: "Y", keys: DIGITS + LETTERS, most: 13, wanted: 10, code: { name: "手机号的后 4 位", keys: DIGITS, most: 4, where: "预约时留的那个手机号" } };

/** Which kind of number, the number, and its code where one is wanted; then `then(kiosk, {number, code})` is a page. */
export function asking(kinds, heading, then) {
  return (kiosk) => [
    title(heading, "您手上是哪种号？"),
    tiles(kinds.map((kind) => ({
      name: kind.name, small: kind.small, press: () => kiosk.open(kind.prefix ? typed(kind, then) : letter(kind, then)),
    }))),
  ];
}

function letter(kind, then) {
  return (kiosk) => [
    title("票号的第一个字母"),
    tiles((kiosk.line.now()?.groups ?? []).map((group) => ({
      name: group.letter, small: group.name, press: () => kiosk.open(typed({ ...kind, prefix: group.letter, keys: DIGITS, most: 4, wanted: 3 }, then)),
    })), 12),
  ];
}

/** One kind of number, typed; then as `asking` goes on. */
export function typed(kind, then) {
  const done = (kiosk) => (number) => kiosk.open(kind.code ? code(kind.code, number, then) : (it) => then(it, { number }));
  return (kiosk) => [
    title(`请输入${kind.number ?? kind.name}`, kind.small),
    keypad({ keys: kind.keys, most: kind.most, wanted: kind.wanted, prefix: kind.prefix, label: kind.name, done: done(kiosk), act: "下一步" }),
  ];
}

function code({ name = "查询码", keys, most, where }, number, then) {
  return (kiosk) => [
    title(`请输入${name}`, where),
    keypad({ keys, most, label: name, group: 3, done: (typed) => kiosk.replace((it) => then(it, { number, code: typed })) }),
  ];
}

export const progress = asking([CASE, { ...TICKET, code: null }, APPOINTMENT], "查进度", told);

async function told(kiosk, wish) {
  const found = await kiosk.ask("/progress", { hall: kiosk.hall, ...wish });
  const lines = found.said.split("\n").filter(Boolean);
  const said = () => lines.map((line, place) => element("p", place === 0 ? "first" : "", line));
  return [
    title("查到了"),
    element("div", "said", said()),
    element("div", "acts", [
      element("button", "act main", "打印", { type: "button", onclick: () => print(element("h2", "", "办理进度"), ...said()) }),
      element("button", "act", "看完了", { type: "button", onclick: kiosk.home }),
    ]),
  ];
}
