// A machine of the hall says who it is, and asks for things over a line that may be down.

const PATIENCE_MS = 8000;
const AGAIN_MS = 3000;

/** The line is down, or the server does not answer in time. */
export class Down extends Error {}

/** The server has refused, and says why in a sentence for the person. */
export class Refused extends Error {
  constructor(status, error) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.details = error.details;
  }
}

/** The answer to a request under /api/v1, as data. Throws Down, Refused. */
export async function ask(path, body = null, headers = {}) {
  const wish = body === null
    ? { headers }
    : { method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body) };
  let answer, told;
  try {
    answer = await fetch(`/api/v1${path}`, { ...wish, cache: "no-cache", signal: AbortSignal.timeout(PATIENCE_MS) });
    told = answer.status === 204 ? null : await answer.json();
  } catch {
    throw new Down();
  }
  if (answer.ok) return told;
  if (answer.status >= 500) throw new Down();
  throw new Refused(answer.status, told.error);
}

/** A name for one wish: sent again with each retry, it has one effect. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (each) => each.toString(16).padStart(2, "0")).join("");
}

/** Hands in the key that stands behind # in the address the machine was started with, and takes it out of there. */
export async function report() {
  const key = location.hash.slice(1);
  if (key === "") return;
  history.replaceState(null, "", location.pathname);
  for (;;) {
    try {
      await ask("/devices/session", { key });
      return;
    } catch (error) {
      if (!(error instanceof Down)) return; // the first thing that needs it will say so
      await pause(AGAIN_MS);
    }
  }
}

export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** An element; `content` is text, a node, or a list of both. */
export function element(kind, name = "", content = [], more = {}) {
  const made = Object.assign(document.createElement(kind), { className: name }, more);
  made.append(...[content].flat().filter((each) => each !== null && each !== ""));
  return made;
}

export function button(name, content, press, more = {}) {
  const made = element("button", name, content, { type: "button", ...more });
  made.addEventListener("click", press);
  return made;
}
