"""The mini program in Chromium on WeChat's own component engine, with the hall's real server behind it.

The pages are compiled once (harness/compile.mjs); the browser gets them from the hall's own address, as if the hall served
them, so that requests need no other origin.
"""

import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.async_api import Browser, Locator, Page, Route, expect

from tests.servers import ROOT

HARNESS = Path(__file__).resolve().parent / "harness"
MINIPROGRAM = ROOT / "miniprogram"
PACKAGES = ROOT / "node_modules"
SIZE = {"width": 375, "height": 812}
OTHERS = {
    "glass-easel.js": PACKAGES / "glass-easel/dist/glass_easel.all.es.js",
    "adapter.js": PACKAGES / "glass-easel-miniprogram-adapter/dist/glass_easel_miniprogram_adapter.es.js",
    "axe.js": PACKAGES / "axe-core/axe.min.js",
}
KINDS = {".js": "text/javascript", ".css": "text/css", ".html": "text/html"}
IGNORED = "net::ERR_"  # the browser says each request that failed, also where the page is meant to live with it


@cache
def compiled() -> str:
    node = shutil.which("node") or str(ROOT / ".venv/bin/node")
    command = [node, "compile.mjs", str(MINIPROGRAM)]
    done = subprocess.run(command, cwd=HARNESS, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


class Telephone:
    """One citizen's telephone. What the console said that should not be said is in `complaints`."""

    def __init__(self, page: Page, hall_url: str) -> None:
        self.page, self.hall_url = page, hall_url
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self._heard(line.type, line.text))

    def _heard(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and IGNORED not in text and "status of" not in text:
            self.complaints.append(text)

    @property
    def screen(self) -> Locator:
        """The page that is on top."""
        return self.page.locator(".screen:not([hidden])")

    async def tap(self, name: str) -> None:
        """A button of the page, of the telephone's bar or of a dialog, by its words or the beginning of them."""
        await self.button(name).first.click()

    def button(self, name: str) -> Locator:
        return self.page.get_by_role("button", name=name).and_(self.page.locator(":visible"))

    async def fill(self, label: str, text: str) -> None:
        await self.screen.get_by_label(label, exact=True).fill(text)

    async def sees(self, text: str) -> None:
        await expect(self.screen).to_contain_text(text)

    async def go(self, path: str) -> None:
        await self.page.evaluate("(url) => telephone.isTab(url) ? telephone.tab(url) : telephone.to(url)", path)

    async def line(self, *, is_up: bool) -> None:
        await self.page.evaluate("(up) => { telephoneLine.isUp = up }", is_up)

    async def title_is(self, title: str) -> None:
        await expect(self.page.locator("#name")).to_have_text(title)

    async def data(self) -> Any:
        """The fields of the page on top, as its JavaScript has them."""
        return await self.page.evaluate("telephone.page().data")

    async def picture(self, name: str, folder: Path) -> None:
        """Of the whole page, longer than the telephone if need be. RENEW_PICTURES=1 renews those of docs/pictures."""
        await self.page.wait_for_timeout(50)
        kept = ROOT / "docs/pictures" / f"mini-{name}.png"
        renewed = os.environ.get("RENEW_PICTURES") == "1" and kept.exists()
        await self.page.screenshot(path=kept if renewed else folder / f"{name}.png")

    async def serious_faults(self) -> list[str]:
        """What axe finds serious or critical on the screen."""
        if not await self.page.evaluate("Boolean(window.axe)"):
            await self.page.add_script_tag(content=OTHERS["axe.js"].read_text("utf-8"))
        found = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{fault['id']}: {node['html'][:160]} {json.dumps(node['any'][0]['data'] if node['any'] else None)}"
            for fault in found["violations"]
            if fault["impact"] in ("serious", "critical")
            for node in fault["nodes"]
        ]


def part(path: str) -> tuple[str, str]:
    """What the browser gets for a path below /__phone/, and its kind."""
    name = path.rpartition("/")[2] or "index.html"
    body = compiled() if name == "compiled.js" else OTHERS.get(name, HARNESS / name).read_text("utf-8")
    return body, KINDS[Path(name).suffix]


async def _answer(route: Route) -> None:
    body, kind = part(urlsplit(route.request.url).path)
    await route.fulfill(body=body, content_type=kind)


async def telephone(browser: Browser, hall_url: str, citizen: str, at: str = "pages/home/home") -> Telephone:
    """A telephone with the mini program open, as the citizen of the demo with that name."""
    context = await browser.new_context(viewport=SIZE, locale="zh-CN", has_touch=True, is_mobile=True)  # type: ignore[arg-type]
    page = await context.new_page()
    await page.route(f"{hall_url}/__phone/*", _answer)
    made = Telephone(page, hall_url)
    await page.goto(f"{hall_url}/__phone/index.html?citizen={citizen}#{at}")
    await expect(made.screen).to_be_visible()
    return made
