// Asks again while somebody looks, and says so when nobody answers.

const AGAIN_MS = 10_000;
const said = document.getElementById("said");
const age = document.getElementById("age");

async function look() {
  if (document.hidden) return;
  try {
    const answer = await fetch(location.pathname, { cache: "no-store" });
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const now = page.getElementById("said").textContent;
    if (now !== said.textContent) said.textContent = now;
    age.textContent = "这一页会自己更新。";
    age.classList.remove("old");
  } catch {
    age.textContent = "网络断了，上面可能不是最新的。请看大屏。";
    age.classList.add("old");
  }
}

setInterval(look, AGAIN_MS);
document.addEventListener("visibilitychange", look);
