"""Administration in a browser: what is changed there is what citizens are told at once, and each page fits."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from tests.screens.test_staff_pages import DESK, PHONE, browser, enter, one_time, serious
from tests.screens.test_try import OVERFLOW, picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

ADDRESS, LIVE_SECONDS = "示例路8号", 1.0
PAGES = {
    "halls": "这是示例大厅",
    "counters": "1号",
    "counters/12": "撤掉12号窗口",
    "matters": "找到45件",
    "matters/of/food-business-licence": "给群众下载的文件",
    "matters/files": "导出 Excel",
    "matters/agencies": "还没有登记",
    "matters/agencies/tax": "不知道的空着",
    "queue": "照填的这样叫号",
    "devices": "登记一台",
}
KEPT = {  # for docs/operate.md
    ("queue", "desk"): "staff-admin-queue.png",
    ("matters/of/food-business-licence", "desk"): "staff-admin-matter.png",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(browser: Browser, hall_url: str, hall_folder: Path) -> AsyncIterator[Page]:
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, "厅务员甲", await one_time(hall_folder, "厅务员甲", "admin"))
        yield page


async def told_where(url: str) -> str:
    body = {"citizen": "asks-where", "kind": "text", "text": "大厅地址在哪"}
    async with aiohttp.ClientSession() as http, http.post(f"{url}/try/say", json=body) as answer:
        reply: str = (await answer.json())["reply"]
        return reply


async def test_a_hall_that_moves_is_told_so_by_the_bot_at_once(admin: Page, hall_url: str) -> None:
    assert ADDRESS not in await told_where(hall_url)
    for address in (ADDRESS, ""):
        await admin.goto(f"{hall_url}/staff/admin/halls")
        await admin.fill("#f-address", address)
        await admin.get_by_role("button", name="保存").click()
        await expect(admin.locator("#notice")).to_contain_text("改好了")
        since = monotonic()
        while (ADDRESS in await told_where(hall_url)) is not bool(address):
            assert monotonic() - since < LIVE_SECONDS * 5, "on a busy machine; by itself within a second"
            await asyncio.sleep(0.05)


async def test_what_would_come_of_it_is_seen_while_it_is_ticked(admin: Page, hall_url: str, tmp_path: Path) -> None:
    complaints = list[str]()
    admin.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    await admin.goto(f"{hall_url}/staff/admin/counters/3")
    await admin.get_by_label("B 经营许可").first.uncheck()
    await expect(admin.locator("#serving")).to_contain_text("这样存，下面5件事就没有窗口办了")
    await expect(admin.locator("#serving")).to_contain_text("食品经营许可证核发")
    await admin.screenshot(path=picture("staff-admin-counter.png", tmp_path), full_page=True)
    await admin.goto(f"{hall_url}/staff/admin/queue")
    await expect(admin.locator("#would li b").first).to_have_text("A005")
    await admin.fill("#f-most_in_row", "0")
    await expect(admin.locator("#would")).to_contain_text("按取号先后叫号，没有优先。")
    await expect(admin.locator("#would li b").first).to_have_text("A001")
    await admin.goto(f"{hall_url}/staff/admin/plans/C")
    await admin.fill("#f-minutes", "20")
    await admin.fill("#f-capacity", "2")
    await expect(admin.locator("#would")).to_contain_text(re.compile("群众能约的：[0-9]+个 → [0-9]+个，少[0-9]+个"))
    await admin.screenshot(path=picture("staff-admin-plan.png", tmp_path))
    await admin.goto(f"{hall_url}/staff/admin/matters/events/of/open-restaurant")
    await expect(admin.locator("#would")).to_contain_text("和现在的一样")
    lines = (await admin.input_value("#f-lines")).splitlines()
    await admin.fill("#f-lines", "\n".join([*lines[1:], "婚姻"]))
    await expect(admin.locator("#would")).to_contain_text(f"这样存，会去掉：{lines[0]}。")
    await expect(admin.locator("#would")).to_contain_text("婚姻登记 新加的")
    await admin.screenshot(path=picture("staff-admin-event.png", tmp_path))
    assert complaints == []


async def test_every_page_of_the_administration_fits_and_reads_well(admin: Page, hall_url: str, tmp_path: Path) -> None:
    complaints, wrong = list[str](), list[tuple[str, str, str]]()
    admin.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    for path, said in PAGES.items():
        await admin.goto(f"{hall_url}/staff/admin/{path}")
        await expect(admin.locator("main")).to_contain_text(said)
        for size, kind in ((DESK, "desk"), (PHONE, "phone")):
            await admin.set_viewport_size(size)  # type: ignore[arg-type]
            assert await admin.evaluate(OVERFLOW) <= 0, path
            wrong += [(path, kind, one) for one in await serious(admin)]
            name = f"staff-admin-{path.replace('/', '-')}-{kind}.png"
            kept = picture(KEPT[path, kind], tmp_path) if (path, kind) in KEPT else tmp_path / name
            await admin.screenshot(path=kept, full_page=(path, kind) not in KEPT or path == "queue")
    await admin.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert (complaints, wrong) == ([], [])
