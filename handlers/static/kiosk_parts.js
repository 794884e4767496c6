// What the kiosk's pages are made of: tiles, a title, a keypad, and paper.

import { button, element } from "./device.js";

/** Tiles of `{name, small, press}`, so many to a page; further ones by two wide buttons. */
export function tiles(all, most = 8, name = "tiles") {
  const box = element("div", "paged");
  const pages = Math.max(1, Math.ceil(all.length / most));
  let page = 0;
  const draw = () => {
    const shown = all.slice(page * most, (page + 1) * most);
    box.replaceChildren(element("div", name, shown.map(tile)));
    if (pages > 1) box.append(turner(page, pages, (to) => { page = to; draw(); }));
  };
  draw();
  return box;
}

export function tile({ name, small = "", press, more = "" }) {
  return button(`tile ${more}`, [element("span", "name", name), small && element("span", "small", small)], press);
}

function turner(page, pages, go) {
  return element("div", "turner", [
    button("act", "上一页", () => go(page - 1), { disabled: page === 0 }),
    element("span", "page", `第 ${page + 1} 页，共 ${pages} 页`),
    button("act", "下一页", () => go(page + 1), { disabled: page === pages - 1 }),
  ]);
}

export function title(text, small = "") {
  return element("div", "title", [element("h2", "", text), small && element("p", "small", small)]);
}

export function facts(pairs) {
  const rows = pairs.filter(([, value]) => value !== null && value !== "");
  return element("dl", "facts", rows.flatMap(([name, value]) => [element("dt", "", name), element("dd", "", value)]));
}

/** Keys to press instead of a keyboard. `done(text)` when as many signs as wanted are there and 确定 is pressed. */
export function keypad({ keys, most, wanted = most, prefix = "", group = 4, label, done, act = "确定" }) {
  let text = "";
  const shown = element("output", "typed", "", { ariaLabel: label });
  const ready = button("act main", act, () => done(prefix + text));
  const press = (sign) => {
    if (text.length < most) text += sign;
    draw();
  };
  const draw = () => {
    const spaced = (prefix + text).replace(new RegExp(`(.{${group}})(?=.)`, "g"), "$1 ");
    shown.textContent = spaced;
    shown.classList.toggle("empty", text === "");
    ready.disabled = text.length < wanted;
  };
  draw();
  const signs = [...keys].map((sign) => button("key", sign, () => press(sign)));
  const back = button("key wide", "退一格", () => { text = text.slice(0, -1); draw(); });
  const clear = button("key wide", "全部重输", () => { text = ""; draw(); });
  const name = keys.length > 12 ? "keys many" : "keys";
  return element("div", "keypad", [shown, element("div", name, [...signs, back, clear]), element("div", "acts", ready)]);
}

export const DIGITS = "1234567890";
export const SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; // of a query code: no 0 O 1 I L

/** Prints what is given, and nothing else of the page. */
export function print(...parts) {
  const slip = document.getElementById("slip");
  slip.replaceChildren(...parts);
  window.print();
  slip.replaceChildren();
}

/** 2026-11-30T10:05:00+08:00 as 11月30日 10:05. */
export function when(text) {
  const found = /^\d+-0?(\d+)-0?(\d+)(?:T(\d\d:\d\d))?/.exec(text);
  return `${found[1]}月${found[2]}日${found[3] ? ` ${found[3]}` : ""}`;
}
