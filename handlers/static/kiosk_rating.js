// 评价: five levels, none of them chosen before; why; and after a bad one, whether somebody should call.

import { button, element, newKey } from "./device.js";
import { face } from "./faces.js";
import { CASE, TICKET, asking } from "./kiosk_number.js";
import { DIGITS, keypad, title } from "./kiosk_parts.js";

const UNSEEN = "工作人员看不到是谁评的。";
export const start = asking([TICKET, CASE], "评价", levels);

async function levels(kiosk, wish) {
  const told = await kiosk.ask("/ratings");
  return [
    title("办得怎么样？", UNSEEN),
    element("div", "levels", told.levels.map((level) => button(`level l${level.level}`, [face(level.level), level.name], () => kiosk.open((it) => why(it, wish, level))))),
  ];
}

function why(kiosk, wish, level) {
  const chosen = new Set();
  const reasons = level.reasons.map((reason) => button("choice", reason.name, (event) => {
    const isOn = !chosen.delete(reason.id);
    if (isOn) chosen.add(reason.id);
    event.currentTarget.setAttribute("aria-pressed", isOn);
  }, { ariaPressed: "false" }));
  const given = () => ({ hall: kiosk.hall, ...wish, level: level.level, reasons: [...chosen] });
  return [
    title(level.is_bad ? "对不住，是哪里不好？" : "主要因为什么？", "可以选几个，也可以不选"),
    element("div", "choices wide", reasons),
    element("div", "acts", button("act main", level.is_bad ? "下一步" : "交评价", () => (
      level.is_bad ? kiosk.open((it) => call(it, given())) : kiosk.replace(sending(given()))
    ))),
  ];
}

function call(kiosk, given) {
  return [
    title("要我们给您打电话吗？", "大厅的负责人会来处理"),
    element("div", "acts", [
      button("act main", "要，留个电话", () => kiosk.open((it) => phone(it, given))),
      button("act", "不用打", () => kiosk.replace(sending(given))),
    ]),
  ];
}

function phone(kiosk, given) {
  return [
    title("请输入手机号", "只用来打这一次电话，处理完就删"),
    keypad({ keys: DIGITS, most: 11, label: "手机号", done: (typed) => kiosk.replace(sending({ ...given, wants_call: true, phone: typed })), act: "交评价" }),
  ];
}

function sending(given) {
  const key = newKey();
  return async (kiosk) => {
    await kiosk.ask("/ratings", given, { "Idempotency-Key": key });
    return [
      title("谢谢您的评价"),
      element("p", "big", given.level <= 2 ? `您的意见记下了，大厅负责人会来处理${given.wants_call ? "，并给您打电话" : ""}。` : "记下了，祝您顺利。"),
      element("div", "acts", button("act main", "好", kiosk.home)),
    ];
  };
}
