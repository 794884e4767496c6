// The counter desk: keys that press, and presses that a lost network could not take: kept, and sent again as they were.
// Each carries its key, so the server does it once, whether it was the asking that was lost or the answer.
"use strict";

{
  const AGAIN_MS = 2000;
  const AFTER_G_MS = 1500;
  const FIELDS = "input, textarea, select, [contenteditable]";
  const FIRST_FIELD = "input:not([type=hidden]), select, button";
  const GONE = [502, 503, 504]; // the proxy is there, the server is not yet
  const unsent = []; // {path, values, target, swap}, the oldest first
  let timer = null;
  let gAt = -AFTER_G_MS;

  const several = (found) => (found.length > 1 ? found : found[0]);

  const show = () => {
    const said = document.querySelector("#unsent");
    if (said) said.hidden = unsent.length === 0;
  };

  const sendAgain = async () => {
    timer = null;
    const first = unsent[0];
    if (!first) return;
    if (document.querySelector("#sign-in-again[open]")) {
      timer = setTimeout(sendAgain, AGAIN_MS);
      return;
    }
    const { path, values, target, swap } = first;
    values.csrf = document.querySelector("input[name=csrf]")?.value ?? values.csrf; // after a new sign-in another
    await htmx.ajax("POST", path, { values, target, swap, source: document.querySelector("#unsent") }).catch(() => {});
    if (unsent.length) timer ??= setTimeout(sendAgain, AGAIN_MS);
  };

  const keep = (sent) => {
    if (!unsent.some((one) => one.values.key === sent.values.key)) unsent.push(sent);
    show();
    timer ??= setTimeout(sendAgain, AGAIN_MS);
  };

  const taken = () => {
    unsent.shift();
    if (!unsent.length) {
      clearTimeout(timer);
      timer = null;
    }
    show();
  };

  const asked = (form, { path, formData: filled }) => { // with the button that was pressed
    const values = Object.fromEntries([...filled.keys()].map((name) => [name, several(filled.getAll(name))]));
    return { path, values, target: form.getAttribute("hx-target") ?? "body", swap: form.getAttribute("hx-swap") ?? "innerHTML" };
  };

  // By the request, and not by the form: what is on its way may outlive it, when the lines bring news meanwhile.
  document.addEventListener("htmx:beforeSend", (event) => {
    const { elt, xhr, requestConfig } = event.detail;
    const isAgain = elt.id === "unsent";
    if (!isAgain && !elt.matches("[data-keeps]")) return;
    const sent = isAgain ? unsent[0] : asked(elt, requestConfig);
    for (const lost of ["error", "timeout"]) xhr.addEventListener(lost, () => keep(sent));
    xhr.addEventListener("readystatechange", () => {
      if (xhr.readyState !== XMLHttpRequest.DONE || !xhr.status) return;
      if (GONE.includes(xhr.status)) keep(sent);
      else if (isAgain && xhr.status !== 401) taken();
    });
  });

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    if (GONE.includes(event.detail.xhr.status)) event.preventDefault();
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.elt.matches("[data-keeps]")) document.querySelector("#notice")?.replaceChildren();
  });
  window.addEventListener("online", () => {
    if (timer === null) return;
    clearTimeout(timer);
    sendAgain();
  });
  window.addEventListener("beforeunload", (event) => unsent.length && event.preventDefault());

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const open = document.querySelector("dialog[open]");
    if (open?.id === "paper" && event.key === "F2") open.close(); // it stays at hand: k
    else if (open) return;
    const isPlain = event.key.length === 1;
    if (isPlain && event.target.closest(`${FIELDS}, button, summary, a`) && event.key === " ") return;
    if (isPlain && event.target.closest(FIELDS)) return;
    if (event.key === "g") gAt = event.timeStamp;
    if (isPlain && event.timeStamp - gAt < AFTER_G_MS) return;
    const key = event.key === " " ? "F2" : event.key;
    const button = document.querySelector(`main [data-hotkey="${CSS.escape(key)}"]`);
    if (!button) return;
    event.preventDefault();
    const folded = button.closest("details");
    const field = button.matches("summary") ? folded.querySelector(FIRST_FIELD) : button;
    if (field?.matches("input:not([type=checkbox])") || button.matches("summary")) {
      if (folded) folded.open = true;
      field?.focus();
    } else if (!button.disabled && unsent.length === 0) button.click();
  });

  // What comes into the panel takes the keys; what is to be printed stands over the desk until it is.
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target.id === "case") document.querySelector("#case [data-first]")?.focus();
  });
  for (const swapped of ["htmx:afterSwap", "htmx:oobAfterSwap"]) {
    document.addEventListener(swapped, (event) => {
      const paper = document.querySelector("#paper");
      if (event.detail.target.id === "paper-text" && !paper.open) paper.showModal();
    });
  }
  window.addEventListener("afterprint", () => document.querySelector("#paper[open]")?.close());
  // A scanner is a keyboard that types a code and Enter: the one box that takes it catches it wherever the eye is.
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !/^[a-z0-9]$/i.test(event.key)) return;
    if (event.key === "g" || event.timeStamp - gAt < AFTER_G_MS) return; // the way to another page
    const box = document.querySelector("[data-catches]");
    if (!box || event.target.closest(FIELDS) || document.querySelector("dialog[open]")) return;
    box.focus();
    box.select();
  });

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-prints]")) window.print();
    else if (event.target.closest("[data-closes]")) event.target.closest("dialog").close();
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-needed]") || event.target.checked) return;
    event.target.form.querySelector("details").open = true; // what is missing may be promised
  });
}
