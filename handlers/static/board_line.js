// The line to the server: it is kept up whatever happens, and says what time it is in the hall.
//
// EventSource comes back by itself after a broken line, but gives up for good on any answer that is not a stream (a
// proxy's 502 while the server restarts), and never notices a line that went dead without a word. Hence the watch here.

const SILENT_MS = 9000; // the server beats every 3 s
const AGAIN_MS = 2000;

let heard = { now: Date.now(), asOf: 0, at: performance.now() };

/** The time in the hall, in ms since the epoch: the server's clock, for a screen's own may be wrong. */
export function hallNow() {
  return heard.now + performance.now() - heard.at;
}

/** For how long what is shown has not been known to be right, in ms. */
export function age() {
  return hallNow() - heard.asOf;
}

/** Calls `told.state(board)` with every state, `told.up()` when the line stands (again) and `told.down()` when not. */
export function follow(hall, told) {
  const address = `/api/v1/boards/${encodeURIComponent(hall)}/stream`;
  let source = null;
  let openedAt = 0;
  let heardAt = 0;
  let isUp = false;

  function open() {
    source?.close();
    openedAt = heardAt = performance.now();
    source = new EventSource(address);
    source.onmessage = (event) => {
      const state = JSON.parse(event.data);
      heardAt = performance.now();
      heard.asOf = Math.max(heard.asOf, Date.parse(state.as_of));
      told.state(state);
    };
    source.addEventListener("beat", (event) => {
      const beat = JSON.parse(event.data);
      heardAt = performance.now();
      heard = { now: Date.parse(beat.now), asOf: Date.parse(beat.as_of), at: heardAt };
      if (!isUp) told.up();
      isUp = true;
    });
    source.onerror = down;
  }

  function down() {
    if (isUp) told.down();
    isUp = false;
  }

  function look() {
    const now = performance.now();
    const isSilent = now - heardAt > SILENT_MS;
    if (isSilent) down();
    if (isSilent || (source.readyState === EventSource.CLOSED && now - openedAt > AGAIN_MS)) open();
  }

  open();
  setInterval(look, 500);
}
