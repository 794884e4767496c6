// 办事指南: by theme, by what has happened in somebody's life, by who they are; then a matter, part by part, and on paper.

import { button, element } from "./device.js";
import { facts, print, tiles, title } from "./kiosk_parts.js";

const MOST = 50; // of one theme: read in one go, paged on the screen
const UNKNOWN = "还没有登记，请问导办台";
const NO_ADDRESS = "地址还没有登记";

const query = (kiosk, more = {}) => new URLSearchParams({ hall: kiosk.hall, ...more });

export async function start(kiosk) {
  const told = await kiosk.ask(`/guide?${query(kiosk)}`);
  const list = (name, small, found, value) => ({
    name, small, press: () => kiosk.open(() => [title(name), tiles(found.map((each) => line(kiosk, each, value(each))))]),
  });
  const line = (_, each, wish) => ({ name: each.name, small: `${each.matters} 件事`, press: () => kiosk.open((it) => matters(it, each.name, wish)) });
  return [
    title("办事指南", "按哪种方式找？"),
    element("div", "", tiles([
      list("按主题找", "企业开办、税务、社保、医保……", told.themes, (each) => ({ theme: each.name })),
      list("按一件事找", "开店、退休、生孩子、买房……", told.life_events, (each) => ({ event: each.id })),
      list("按身份找", "个人、个体户、企业", told.audiences, (each) => ({ audience: each.id })),
    ], 8, "tiles three")),
  ];
}

async function matters(kiosk, name, wish) {
  const found = [];
  for (let after = null; ;) {
    const page = await kiosk.ask(`/matters?${query(kiosk, { ...wish, limit: MOST, ...(after ? { after } : {}) })}`);
    found.push(...page.matters);
    if ((after = page.next) === null) break;
  }
  return [title(name, `${found.length} 件事，点开看要带什么`), tiles(found.map((each) => ({
    name: each.name, small: each.department, press: () => kiosk.open((it) => matter(it, each.id)),
  })))];
}

async function matter(kiosk, id) {
  const told = await kiosk.ask(`/matters/${encodeURIComponent(id)}?${query(kiosk)}`);
  const parts = { 带什么: materials, 怎么办: steps, 多久多少钱: limits, 在哪办: where };
  const body = element("div", "part");
  const tabs = Object.keys(parts).map((name) => button("tab", name, () => choose(name)));
  const choose = (name) => {
    for (const tab of tabs) tab.setAttribute("aria-pressed", tab.textContent === name);
    body.replaceChildren(...[parts[name](told)].flat());
  };
  choose("带什么");
  return [
    title(told.name, told.is_typical ? "下面是全国通行的一般情况，本厅以窗口说的为准" : told.department),
    element("div", "tabs", tabs),
    body,
    element("div", "acts stay", [
      button("act main", "打印材料单", () => print(...paper(told))),
      button("act", `取 ${told.group.letter} 类号`, () => kiosk.open((it) => take(it, told))),
    ]),
  ];
}

async function take(kiosk, told) {
  const { confirm } = await import("./kiosk_ticket.js");
  return confirm(kiosk, told.group);
}

function materials(told) {
  if (told.materials.length === 0) return element("p", "big", "不用带材料，人来就行。");
  return element("ol", "materials", told.materials.map((each) => element("li", "", [element("b", "", each.name), element("span", "small", asked(each))])));
}

function asked(material) {
  return [
    `${material.form} ${material.count} 份`,
    material.is_needed === false ? "不是每个人都要" : "",
    material.may_follow ? "缺了可以先受理，后补" : "",
    material.has_e_licence ? "可以用电子证照" : "",
    material.source ?? "",
    material.note ?? "",
  ].filter(Boolean).join("；");
}

function steps(told) {
  const rows = told.steps.map((each) => element("li", "", each));
  const conditions = told.conditions ?? [];
  return [
    conditions.length > 0 && element("p", "small", `要符合：${conditions.join("；")}`),
    element("ol", "steps", rows),
    element("p", "", `办好以后给您：${told.result}`),
  ].filter(Boolean);
}

function limits(told) {
  const days = (number) => (number === null ? null : `${number} 个${told.days_unit}`.replace("个日", "天"));
  return facts([
    ["当场办", told.on_the_spot ? "材料齐了当场就能办" : null],
    ["承诺多久", told.on_the_spot ? null : days(told.promised_days) ?? UNKNOWN],
    ["法定多久", told.on_the_spot ? null : days(told.legal_days) ?? UNKNOWN],
    ["收费", told.fee],
    ["收费依据", told.fee_basis ?? null],
  ]);
}

function where(told) {
  const places = (told.places ?? []).map((place) => ["地点", [
    place.name,
    place.address ?? NO_ADDRESS,
    place.hours ?? "",
    place.counters?.length ? `窗口：${place.counters.map((each) => `${each.number}号`).join("、")}` : "",
  ].filter(Boolean).join("；")]);
  return facts([
    ...places,
    ["取什么号", `${told.group.letter} 类（${told.group.name}）`],
    ["归谁管", told.agency?.name ?? told.department],
    ["电话", told.agency?.phone ?? UNKNOWN],
  ]);
}

function paper(told) {
  return [
    element("h2", "", `${told.name}：材料单`),
    element("p", "", told.hall.name),
    materials(told),
    limits(told),
    where(told),
    told.is_typical && element("p", "small", "这是全国通行的一般情况，本厅以窗口说的为准。"),
  ].filter(Boolean);
}
