// Why it was answered so: what the callback tells in X-Bangban-Why, in plain words.

const INTENTS = {
  question: "问政策或事项", book: "要预约", my_appointments: "看自己的预约", cancel: "取消预约", reschedule: "改约",
  progress: "查进度", ticket: "取号", place_in_queue: "看前面还有几个人", hand_over: "找工作人员", complaint: "投诉",
  hall: "问大厅的时间、地址", greet: "打招呼", thank: "道谢", help: "看菜单", menu: "看菜单", leave: "不办了", yes: "答应",
  no: "不同意", choice: "选了一个数字", nothing: "没有文字", subscribe: "关注公众号", unsubscribe: "取消关注", image: "图片",
  voice: "听不清的语音", repeat: "同一条消息又到了一次", refused: "办不了，说明了原因", trouble: "系统出了小状况",
};
const KINDS = {
  answer: "有把握，直接回答", suggest: "拿不准，给出几个让您选", ask_back: "话太短，先问清楚", unknown: "没有把握，不乱说",
  person: "要由人来核实，请人工", command: "照您说的去办",
};
const SPANS = { month: "一个月", quarter: "一个季度", time: "一次" };
const MOST_OTHERS = 5;

export function el(tag, className = "", text = "") {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}

/** A list of label and value for one answer's why (bot/messages.py, Why). */
export function whyList(why) {
  const list = el("dl", "why"), more = why.more ?? {};
  const add = (label, ...content) => {
    const value = el("dd");
    value.append(...content);
    list.append(el("dt", "", label), value);
  };
  add("听成了", INTENTS[why.intent] ?? why.intent);
  add("怎样答的", KINDS[why.kind] ?? why.kind);
  if (why.entry_id) add("答的是哪一条", why.question, " ", el("span", "id", why.entry_id));
  if (why.kind === "command" || !why.confidence) add("把握", why.kind === "unknown" ? "没有一条沾边" : "按规则认出来的，不打分");
  else add("把握", sureness(why.confidence));
  if (why.doc_nos.length) add("依据文号", rows(why.doc_nos.map((number) => [number])));
  if (why.on) add("按哪一天答", why.on);
  if (why.valid.some(Boolean)) add("规定的有效期", `${why.valid[0] ?? "（未注明）"} 至 ${why.valid[1] ?? "（没有写截止日）"}`);
  if (more.normalised) add("整理后的话", more.normalised);
  if (more.sales) add("读出的销售额", more.sales.replace(/\/(\w+)$/, (_, span) => `，${SPANS[span] ?? span}`));
  if (more.cited) add("您提到的文件", [more.cited].flat().join("、"));
  if (more.number) add("编号", more.number);
  if (more.reference) add("给运维人员的编号", more.reference);
  const others = (more.candidates ?? []).filter(([id]) => !`${why.entry_id}/`.startsWith(`${id}/`)).slice(0, MOST_OTHERS);
  if (others.length) add("其他候选", rows(others.map(([id, score]) => [id, score.toFixed(2)])));
  return list;
}

function sureness(confidence) {
  const sure = el("div", "sure"), meter = el("meter");
  Object.assign(meter, { min: 0, max: 1, value: confidence });
  meter.setAttribute("aria-label", "把握");
  sure.append(meter, el("span", "", confidence.toFixed(2)));
  return sure;
}

function rows(lines) {
  const list = el("ul");
  for (const line of lines) {
    const item = el("li");
    item.append(...line.map((part, place) => el("span", place || line.length > 1 ? "id" : "", part)));
    list.append(item);
  }
  return list;
}
