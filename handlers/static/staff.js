// The staff pages: keys, dialogs, and a session or a network that ends in the middle of work. Listeners stand on the
// document, so that they outlive a page that htmx puts in place of another.
"use strict";

const TYPING = "input, textarea, select, [contenteditable]";
const AFTER_G_MS = 1500;
const OFFLINE_MS = 10000;

let gAt = -AFTER_G_MS; // a page just opened has had no g
let leftOff = null; // what was asked when the session was found to be over

const one = (selector) => document.querySelector(selector);

// ---------------------------------------------------------------------------------------------------------------- keys

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.target.closest(TYPING) || one("#sign-in-again[open]")) return;
  if (event.key === "?") {
    event.preventDefault();
    const help = one("#help");
    if (help) help.open ? help.close() : help.showModal();
  } else if (event.key === "/" && one("[data-find]")) {
    event.preventDefault();
    one("[data-find]").focus();
  } else if (event.key === "g") {
    gAt = event.timeStamp;
  } else if (event.timeStamp - gAt < AFTER_G_MS) {
    gAt = -AFTER_G_MS;
    const line = one(`nav [data-key="${CSS.escape(event.key)}"]`);
    if (line) location.assign(line.href);
  }
});

document.addEventListener("click", (event) => {
  const opens = event.target.closest("[data-opens]");
  if (opens) document.getElementById(opens.dataset.opens).showModal();
  const unfolds = event.target.closest("[data-unfolds]");
  if (unfolds) {
    const isOpen = document.getElementById(unfolds.dataset.unfolds).classList.toggle("is-open");
    unfolds.setAttribute("aria-expanded", String(isOpen));
  }
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-sends]")) event.target.form.requestSubmit();
});

// ------------------------------------------------------------------------------------------------- what is not right

document.addEventListener("htmx:beforeRequest", () => {
  document.querySelectorAll(".beside-field").forEach((said) => said.remove());
  document.querySelectorAll(".is-invalid").forEach((field) => {
    field.classList.remove("is-invalid");
    field.removeAttribute("aria-invalid");
  });
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target.id !== "notice") return;
  let first = null;
  event.detail.target.querySelectorAll("[data-field]").forEach((said) => {
    const field = one(`main [name="${CSS.escape(said.dataset.field)}"]:not([type=hidden])`);
    if (!field) return;
    said.className = "invalid-feedback d-block beside-field";
    field.classList.add("is-invalid");
    field.setAttribute("aria-invalid", "true");
    field.after(said);
    first ??= field;
  });
  if (first) first.focus();
  else event.detail.target.scrollIntoView({ block: "nearest" });
});

// --------------------------------------------------------------------------------- a session that is over, a lost line

document.addEventListener("htmx:responseError", (event) => {
  const again = one("#sign-in-again");
  if (event.detail.xhr.status !== 401) return;
  if (!again) {
    location.assign("/staff/sign-in");
    return;
  }
  const { elt, requestConfig } = event.detail;
  const isPressed = (asked) => asked instanceof HTMLFormElement; // and no part that a page asks by itself
  if (isPressed(elt) || !isPressed(leftOff?.elt)) {
    leftOff = { elt, verb: requestConfig.verb, path: requestConfig.path, by: requestConfig.triggeringEvent?.submitter };
  }
  if (!again.open) again.showModal();
  one("#again-password")?.focus();
});

document.addEventListener("renewed", (event) => {
  const { csrf, isIn } = event.detail;
  document.querySelectorAll("input[name=csrf]").forEach((input) => (input.value = csrf));
  document.body.setAttribute("hx-headers", JSON.stringify({ "X-Csrf": csrf }));
  if (!isIn) return;
  one("#sign-in-again").close();
  one("#again-password") && (one("#again-password").value = "");
  one("#panel-notice").replaceChildren();
  const { elt, verb, path, by } = leftOff ?? {};
  leftOff = null;
  if (elt instanceof HTMLFormElement) elt.requestSubmit(by ?? null);
  else if (elt && elt.id !== "unsent") htmx.ajax(verb, path, { source: elt }); // with the fields it includes
});

document.addEventListener("htmx:sendError", (event) => {
  if (event.target.closest("[data-quiet], [data-keeps]")) return; // these are asked again by themselves: desk.js
  const offline = one("#offline");
  if (!offline) return;
  offline.hidden = false;
  setTimeout(() => (offline.hidden = true), OFFLINE_MS);
});
