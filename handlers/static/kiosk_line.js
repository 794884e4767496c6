// What the hall is doing now, from the board's stream: the clock, the doors, how many wait; and whether the line stands.

import { follow, hallNow } from "./board_line.js";

const zone = { timeZone: "Asia/Shanghai" };
const day = new Intl.DateTimeFormat("zh-CN", { ...zone, month: "long", day: "numeric", weekday: "short" });
const time = new Intl.DateTimeFormat("zh-CN", { ...zone, hourCycle: "h23", hour: "2-digit", minute: "2-digit" });
const at = Object.fromEntries(["doors", "clock", "down"].map((id) => [id, document.getElementById(id)]));

let board = null;
let heard = () => {};

/** The newest board, null before the first. */
export function now() {
  return board;
}

/** Called with each new board until the page shown is another. */
export function whenMoved(tell) {
  heard = tell;
}

export function listen(hall) {
  follow(hall, {
    state(newest) {
      board = newest;
      at.doors.textContent = newest.doors.sentence;
      heard(newest);
    },
    up() { at.down.hidden = true; },
    down() { at.down.hidden = false; },
  });
  const tick = () => { at.clock.textContent = `${day.format(hallNow())} ${time.format(hallNow())}`; };
  tick();
  setInterval(tick, 1000);
}

/** Loads the page anew where the server has another edition of it; between two people only. */
export async function renew() {
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    const edition = /data-edition="(\w+)"/.exec(await answer.text())?.[1];
    if (answer.ok && edition && edition !== document.body.dataset.edition) location.reload();
  } catch {
    // the line is down: the next time
  }
}
