// The tablet at a counter: rests, asks whoever was just served, thanks them, rests. It knows no more than the ticket's
// number and a key for it that soon runs out; nothing is kept here.

import { follow, hallNow } from "./board_line.js";
import { Down, ask, button, element, pause, report } from "./device.js";
import { face } from "./faces.js";

const THANKS_MS = 4000;
const IDLE_MS = 30_000; // a level was pressed and nothing after it: that is the answer
const LOOK_MS = 15_000; // at rest, in case a change of the board was missed
const { hall, counter } = document.body.dataset;
const main = document.getElementById("main");
const down = document.getElementById("down");

let levels = [];
let shown = null; // what is being asked about: {number, key, until}
let step = "rest";
let timer = 0;
let looking = false;

rest();
await report();
follow(hall, { state: look, up: () => { down.hidden = true; look(); }, down: () => { down.hidden = false; } });
setInterval(() => { if (step === "rest") look(); }, LOOK_MS);

/** Whether somebody has just been served here. */
async function look() {
  if (step !== "rest" && step !== "ask") return;
  if (looking) return;
  looking = true;
  try {
    const told = await ask(`/tablet?hall=${encodeURIComponent(hall)}&counter=${counter}`);
    levels = told.levels;
    if (told.finished === null) {
      if (step === "ask") rest();
    } else if (told.finished.number !== shown?.number || step === "rest") {
      invite(told.finished);
    }
  } catch (error) {
    if (!(error instanceof Down)) say(error.message);
  } finally {
    looking = false;
  }
}

function show(name, ...parts) {
  clearTimeout(timer);
  step = name;
  main.dataset.step = name;
  main.replaceChildren(...parts);
}

function rest() {
  shown = null;
  show("rest", element("p", "big", "办完事，请在这里评一评"), element("p", "small", "叫到您的号，请到窗口办理。谁评的，工作人员看不到。"));
}

function say(sentence) {
  show("rest", element("p", "big", sentence));
}

function invite(finished) {
  shown = finished;
  show(
    "ask",
    element("p", "big", [element("b", "", finished.number), " 办完了，您满意吗？"]),
    element("div", "levels", levels.map((level) => button(`level l${level.level}`, [face(level.level), level.name], () => why(level)))),
    element("p", "small", "谁评的，工作人员看不到。"),
  );
  timer = setTimeout(rest, Math.max(Date.parse(finished.until_at) - hallNow(), 0));
}

function why(level) {
  const chosen = new Set();
  const reasons = level.reasons.map((reason) => button("reason", reason.name, (event) => {
    const isOn = !chosen.delete(reason.id);
    if (isOn) chosen.add(reason.id);
    event.currentTarget.setAttribute("aria-pressed", isOn);
    again();
  }, { ariaPressed: "false" }));
  const again = () => {
    clearTimeout(timer);
    timer = setTimeout(() => send(level, chosen), IDLE_MS);
  };
  show(
    "why",
    element("p", "big", level.is_bad ? `${level.name}。对不住，是哪里不好？` : `${level.name}。主要因为什么？`),
    element("div", "reasons", reasons),
    element("div", "acts", [button("act main", "交评价", () => send(level, chosen)), button("act", "重新选", () => invite(shown))]),
    element("p", "small", "可以选几个，也可以不选。30秒不动就自动交上。"),
  );
  again();
}

async function send(level, chosen) {
  const given = { hall, counter: Number(counter), key: shown.key, level: level.level, reasons: [...chosen] };
  show("sending", element("p", "big", "正在交…"));
  try {
    await ask("/tablet/ratings", given);
    await thank(level.is_bad ? "记下了。大厅负责人会看，会改。谢谢您说出来。" : "谢谢您的评价！");
  } catch (error) {
    await thank(error instanceof Down ? "线路断了，这次没有交上。您还可以在微信里回复“评价”。" : error.message);
  }
}

async function thank(sentence) {
  show("thanks", element("p", "big", sentence));
  await pause(THANKS_MS);
  rest();
  look();
}
