// The chat page of /try. Each citizen has an openid and a history of their own, kept in this tab until it is closed.
// Whatever people or the bot say is put in as text, never as markup.

import { el, whyList } from "./simulator_why.js";

const PEOPLE = {
  wang: { name: "王大爷", about: "68岁，退休在家", follows: true },
  li: { name: "李姐", about: "开小店的个体户", follows: true },
  zhao: { name: "赵会计", about: "给几家公司管账", follows: true },
  xin: { name: "新来的", about: "头一次用，还没关注", follows: false },
};
const NOTES = {
  late: "（这条消息没有被动回复；稍后的答复会以客服消息发出。这里没有接真的公众号，客服消息到不了这一页，请再问一次。）",
  silent: "（这条消息没有被动回复。）",
  unsubscribe: "（取消关注没有回复。您的资料已请系统删除，重新关注后再聊。）",
  transfer_customer_service: "（会话转给了公众号的人工客服；在真的微信里，接下来由工作人员回您。）",
};
const UNREACHABLE = "连不上，过几秒再发。您的话还在，没有丢。";
const STORE = "bangban-try", KEPT = 200, GAP_MS = 5 * 60_000;

const byId = (id) => document.getElementById(id);
const [log, box, today, panel] = ["log", "text", "today", "panel"].map(byId);
const wide = matchMedia("(min-width: 1100px)");
let isVoice = false, isBusy = false, lastAt = 0;
const state = restored();
const person = () => state.people[state.current];

function restored() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(STORE));
    if (kept && kept.people[kept.current]) return kept;
  } catch { /* kept by nobody, or by an older page */ }
  const people = {};
  for (const [key, { follows }] of Object.entries(PEOPLE)) {
    const mark = Array.from(crypto.getRandomValues(new Uint8Array(6)), (n) => n.toString(16).padStart(2, "0")).join("");
    people[key] = { citizen: `${key}-${mark}`, follows, log: [] };
  }
  return { current: "wang", shift: 0, people };
}

function keep() {
  for (const one of Object.values(state.people)) one.log.splice(0, one.log.length - KEPT);
  try { sessionStorage.setItem(STORE, JSON.stringify(state)); } catch { /* full or forbidden: the page goes on */ }
}

// ---------------------------------------------------------------- time: Shanghai's, shifted when a day was chosen

const clock = () => Date.now() + state.shift;
const shanghai = (ms) => new Date(ms).toLocaleString("sv-SE", { timeZone: "Asia/Shanghai" }).replace(" ", "T");

function sayTime(ms) {
  const [year, month, day, at] = shanghai(ms).match(/^(\d+)-(\d+)-(\d+)T(\d+:\d+)/).slice(1);
  return `${year}年${+month}月${+day}日 ${at}`;
}

function chooseDay() {
  if (!today.value || !today.checkValidity()) return;
  state.shift = new Date(`${today.value}:00+08:00`).getTime() - Math.floor(Date.now() / 60_000) * 60_000;
  keep();
  showDay();
}

function showDay() {
  if (document.activeElement !== today) today.value = shanghai(clock()).slice(0, 16);
  byId("now").disabled = !state.shift;
  byId("who").textContent = `您是${PEOPLE[state.current].name} · ${state.shift ? `今天算 ${sayTime(clock())}` : "今天"}`;
  byId("who").classList.toggle("other-day", state.shift !== 0);
}

// ---------------------------------------------------------------- drawing

function draw(entry) {
  if (entry.at - lastAt > GAP_MS || entry.at < lastAt) log.append(el("p", "time", sayTime(entry.at)));
  lastAt = entry.at;
  if (entry.by === "note") return log.appendChild(el("p", "note", entry.text));
  const line = el("div", `said ${entry.by}`), body = el("div", "body"), face = el("div", "face");
  face.textContent = entry.by === "me" ? PEOPLE[state.current].name[0] : "帮";
  face.setAttribute("aria-hidden", "true");
  body.append(el("span", "unseen", entry.by === "me" ? "您：" : "帮办："));
  body.append(...(entry.voice ? voiceBubble(entry.text) : [el("div", "bubble", entry.text)]));
  if (entry.why) body.append(whyButton(entry));
  line.append(face, body);
  return log.appendChild(line);
}

function voiceBubble(text) {
  const bubble = el("div", "bubble"), mark = el("div", "voice-mark", `${Math.max(1, Math.round(text.length / 4))}″`);
  mark.append(byId("voice").querySelector("svg").cloneNode(true));
  bubble.append(mark);
  const heard = el("div", "heard");
  heard.append(el("small", "", "语音识别："), el("span", "", text || "（没有识别出来）"));
  return [bubble, heard];
}

function redraw() {
  log.setAttribute("aria-live", "off"); // a history is not news
  log.replaceChildren();
  lastAt = 0;
  if (!person().log.length) log.append(el("p", "note", person().follows ? "像用微信一样，有事直接跟它说。点下面的话试试，或者自己写。" : ""));
  person().log.forEach(draw);
  showBeside(person().log.findLast((entry) => entry.why));
  requestAnimationFrame(() => log.setAttribute("aria-live", "polite"));
  byId("speak").hidden = !person().follows;
  byId("follow").hidden = person().follows;
  byId("leave").disabled = byId("picture").disabled = !person().follows;
  showDay();
  scrollDown();
}

/** To the end; but of an answer longer than the screen to its beginning, with what was asked. */
function scrollDown(asked, answer) {
  const isLong = answer && answer.offsetHeight + asked.offsetHeight > log.clientHeight - 40;
  const first = isLong && asked.offsetHeight < 160 ? asked : answer;
  log.scrollTop = isLong ? first.offsetTop - log.offsetTop - 10 : log.scrollHeight;
}

function complain(sentence) {
  byId("alert").textContent = sentence;
}

// ---------------------------------------------------------------- why it was answered so

function whyButton(entry) {
  const button = el("button", "why-open", "为什么这样答");
  button.type = "button";
  button.setAttribute("aria-expanded", "false");
  button.addEventListener("click", () => {
    if (wide.matches) return showBeside(entry, button);
    const open = button.parentNode.querySelector(".why");
    if (open) open.remove();
    else button.after(whyList(entry.why));
    button.setAttribute("aria-expanded", String(!open));
  });
  return button;
}

function showBeside(entry, button = [...log.querySelectorAll(".why-open")].at(-1)) {
  log.querySelectorAll(".why-open").forEach((one) => one.setAttribute("aria-current", String(one === button)));
  byId("why-question").textContent = entry ? `“${entry.to}”` : "";
  if (entry) byId("why").replaceChildren(whyList(entry.why));
  else byId("why").textContent = "发一句话，这里就会说明：听成了什么、答的是哪一条、有几分把握、依据哪个文件、按哪一天算。";
}

// ---------------------------------------------------------------- speaking

async function post(message) {
  let response;
  try {
    const headers = { "Content-Type": "application/json" };
    response = await fetch("/try/say", { method: "POST", headers, body: JSON.stringify(message) });
  } catch {
    throw new Error(UNREACHABLE);
  }
  if (!response.ok) throw new Error((await response.text()).slice(0, 200) || UNREACHABLE);
  return response.json().catch(() => { throw new Error(UNREACHABLE); });
}

/** Sends one message and shows what comes back. False when it did not get through: then nothing of it stays. */
async function send(kind, text, entry) {
  if (isBusy) return false;
  busy(true);
  complain("");
  const [drawn, at] = [draw(entry), entry.at];
  drawn.classList.add("pending");
  scrollDown();
  try {
    const on = state.shift ? shanghai(at) : null;
    const answer = await post({ citizen: person().citizen, kind, text, on });
    drawn.classList.remove("pending");
    const reply = replied(answer, text || entry.text);
    person().log.push(entry, reply);
    keep();
    const shown = draw(reply);
    if (reply.why) showBeside(reply);
    scrollDown(drawn, shown);
    return true;
  } catch (error) {
    redraw();
    complain(error.message);
    return false;
  } finally {
    busy(false);
  }
}

function replied({ kind, reply, why }, to) {
  const at = clock();
  if (kind === "text") return { by: "bot", text: reply, why, to, at };
  const note = kind === "success" ? (why ? NOTES[why.intent] ?? NOTES.silent : NOTES.late) : NOTES[kind] ?? NOTES.silent;
  return { by: "note", text: note, at };
}

async function speak(text) {
  if (isBusy) return;
  const sent = send(isVoice ? "voice" : "text", text, { by: "me", text, voice: isVoice, at: clock() });
  fitBox();
  if (await sent) return;
  box.value = [text, box.value].filter(Boolean).join("\n");
  fitBox();
}

async function event(kind, said, key = "") {
  return send(kind, key, { by: "note", text: said, at: clock() });
}

function busy(is) {
  isBusy = is;
  byId("people").disabled = byId("send").disabled = is;
}

function fitBox() {
  box.style.height = "auto";
  box.style.height = `${Math.max(44, box.scrollHeight + 2)}px`;
}

function submit() {
  const text = box.value.trim();
  if (!text || isBusy) return;
  box.value = "";
  speak(text);
}

// ---------------------------------------------------------------- hands

for (const [key, { name, about }] of Object.entries(PEOPLE)) {
  const label = el("label", "person"), radio = el("input"), words = el("span", "", `${name} `);
  Object.assign(radio, { type: "radio", name: "citizen", value: key, checked: key === state.current });
  words.append(el("small", "", about));
  label.append(radio, words);
  byId("people").append(label);
}
byId("people").addEventListener("change", ({ target }) => {
  state.current = target.value;
  complain("");
  keep();
  redraw();
});
byId("form").addEventListener("submit", (happened) => { happened.preventDefault(); submit(); });
box.addEventListener("input", fitBox);
box.addEventListener("keydown", (key) => {
  if (key.key !== "Enter" || key.shiftKey || key.isComposing) return; // Enter also ends the choice of a character
  key.preventDefault();
  submit();
});
byId("chips").addEventListener("click", ({ target }) => target.closest("button") && speak(target.textContent));
byId("voice").addEventListener("click", () => {
  isVoice = !isVoice;
  byId("voice").setAttribute("aria-pressed", String(isVoice));
  byId("text-label").textContent = isVoice ? "语音里说的话" : "要发的话";
  box.placeholder = isVoice ? "要说的写在这里" : "想问的写在这里";
  box.focus();
});
today.addEventListener("change", chooseDay);
byId("now").addEventListener("click", () => { state.shift = 0; keep(); showDay(); });
byId("picture").addEventListener("click", () => event("image", "您发了一张图片。"));
byId("leave").addEventListener("click", () => follow("unsubscribe", "您取消了关注。", false));
byId("subscribe").addEventListener("click", () => follow("subscribe", "您关注了公众号。", true));

async function follow(kind, said, follows) {
  if (!(await event(kind, said))) return;
  person().follows = follows;
  keep();
  redraw();
}

byId("menu").addEventListener("click", ({ target }) => {
  const leaves = target.getAttribute("aria-controls"), key = target.dataset.key;
  const isOpen = target.getAttribute("aria-expanded") === "true";
  closeMenus();
  if (leaves && !isOpen) {
    target.setAttribute("aria-expanded", "true");
    byId(leaves).hidden = false;
    byId(leaves).querySelector("button").focus();
  }
  if (key) event("click", `您点了菜单“${target.textContent}”。`, key);
});

function closeMenus() {
  byId("menu").querySelectorAll(".leaves").forEach((leaves) => { leaves.hidden = true; });
  byId("menu").querySelectorAll("[aria-expanded]").forEach((button) => button.setAttribute("aria-expanded", "false"));
}

function openPanel(is) {
  panel.classList.toggle("open", is);
  byId("more").setAttribute("aria-expanded", String(is));
}

byId("more").addEventListener("click", () => openPanel(!panel.classList.contains("open")));
document.addEventListener("click", ({ target }) => {
  if (!byId("menu").contains(target)) closeMenus();
  if (!panel.contains(target) && target.id !== "more") openPanel(false);
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  byId("menu").querySelector("[aria-expanded=true]")?.focus();
  closeMenus();
  openPanel(false);
});
setInterval(showDay, 20_000);
redraw();
