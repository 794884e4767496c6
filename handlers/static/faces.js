// Five faces, from very content to not at all. They stand beside the words and never for them.

const MOUTHS = { 5: "M14 29q10 13 20 0z", 4: "M14 30q10 9 20 0", 3: "M15 32h18", 2: "M14 35q10-8 20 0", 1: "M13 37q11-13 22 0" };
const BROWS = { 1: "M11 16l7-4M37 16l-7-4" };
const SVG = "http://www.w3.org/2000/svg";

export function face(level) {
  const drawn = document.createElementNS(SVG, "svg");
  drawn.setAttribute("viewBox", "0 0 48 48");
  drawn.setAttribute("aria-hidden", "true");
  drawn.classList.add("face");
  part(drawn, "circle", { cx: 24, cy: 24, r: 21 });
  part(drawn, "circle", { cx: 17, cy: 20, r: 2.4, class: "eye" });
  part(drawn, "circle", { cx: 31, cy: 20, r: 2.4, class: "eye" });
  part(drawn, "path", { d: MOUTHS[level], class: level === 5 ? "mouth open" : "mouth" });
  if (BROWS[level]) part(drawn, "path", { d: BROWS[level], class: "mouth" });
  return drawn;
}

function part(drawn, kind, values) {
  const made = document.createElementNS(SVG, kind);
  for (const [name, value] of Object.entries(values)) made.setAttribute(name, value);
  drawn.append(made);
}
