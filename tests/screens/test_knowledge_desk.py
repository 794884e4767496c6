"""The knowledge desk in a browser: a wrong answer is put right by two editors, and a citizen hears the right one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from playwright.async_api import Browser, Page, expect

from tests.screens.test_staff_pages import DESK, OVERFLOW, PHONE, browser, enter, one_time, picture, serious

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

ENTRY, ASKED = "elder-card-phone", "老年证能在手机上办吗"
RIGHT = "改对了的答案：请以窗口的说明为准。"
LIVE_SECONDS = 1.0
PAGES = {
    "morning": "今早看看",
    "entries?q=留抵退税能退吗": "知识条目",
    "edit?id=credit-refund": "机器人会怎么答",
    "versions?id=credit-refund": "历史版本",
    "policies": "政策",
    "edit?kind=policy&id=vat-2026-small-scale-threshold": "改政策以前",
    "files": "导入导出",
    "ending": "快到期的条目",
}


@asynccontextmanager
async def an_editor(browser: Browser, url: str, folder: Path, name: str) -> AsyncIterator[Page]:
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, url, name, await one_time(folder, name, "editor"))
        yield page


async def answered(url: str) -> str:
    """What a citizen is told now."""
    async with aiohttp.ClientSession() as http, http.get(f"{url}/api/v1/ask", params={"q": ASKED}) as answer:
        text: str = (await answer.json())["text"]
        return text


async def test_two_editors_put_a_wrong_answer_right_and_a_citizen_hears_it(
    browser: Browser, hall_url: str, hall_folder: Path, tmp_path: Path
) -> None:
    async with (
        an_editor(browser, hall_url, hall_folder, "编辑甲") as writer,
        an_editor(browser, hall_url, hall_folder, "编辑乙") as reader,
    ):
        assert RIGHT not in await answered(hall_url)
        await writer.goto(f"{hall_url}/staff/knowledge/entries")
        await writer.fill("#q", ASKED)
        await writer.keyboard.press("Enter")
        await writer.locator("main td a").first.click()
        await expect(writer.locator("#would")).to_contain_text("用这一条回答")
        await writer.fill("#f-answer", RIGHT)
        await expect(writer.locator("#would .wechat")).to_contain_text(RIGHT)
        assert await serious(writer) == []
        await writer.screenshot(path=picture("knowledge-edit.png", tmp_path))
        await writer.get_by_role("button", name="存成草稿").click()
        await expect(writer.locator("#notice")).to_contain_text("草稿存好了")
        await expect(writer.get_by_role("button", name="审过了")).to_have_count(0)

        await reader.goto(writer.url)
        await expect(reader.locator(".diff ins")).to_contain_text(RIGHT)
        await expect(reader.locator("#would .wechat")).to_contain_text(RIGHT)
        await reader.screenshot(path=picture("knowledge-review.png", tmp_path))
        await reader.get_by_role("button", name="审过了").click()
        await expect(reader.locator("#notice")).to_contain_text("审过了")
        assert RIGHT not in await answered(hall_url)
        await reader.get_by_role("button", name="发布").click()
        await expect(reader.locator("#notice")).to_contain_text("发布了")
        seen = monotonic()
        while RIGHT not in await answered(hall_url):
            assert monotonic() - seen < LIVE_SECONDS
        await reader.goto(f"{hall_url}/staff/knowledge/versions?id={ENTRY}")
        await expect(reader.locator(".diff ins").first).to_contain_text(RIGHT)
        await reader.get_by_role("button", name="恢复第1版").click()
        await expect(reader.locator("#notice")).to_contain_text("旧版恢复成了新的草稿")


async def test_every_page_of_the_desk_fits_and_reads_well(
    browser: Browser, hall_url: str, hall_folder: Path, tmp_path: Path
) -> None:
    async with an_editor(browser, hall_url, hall_folder, "编辑丙") as editor:
        complaints: list[str] = []
        editor.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        for size, name in ((DESK, "desk"), (PHONE, "phone")):
            await editor.set_viewport_size(size)  # type: ignore[arg-type]
            for path, told in PAGES.items():
                await editor.goto(f"{hall_url}/staff/knowledge/{path}")
                await expect(editor.locator("main")).to_contain_text(told)
                await editor.wait_for_load_state("networkidle")
                assert await editor.evaluate(OVERFLOW) <= 0, path
                assert await serious(editor) == [], path
                shot = f"knowledge-{path.partition('?')[0]}-{'policy-' if 'policy' in path else ''}{name}.png"
                await editor.screenshot(path=tmp_path / shot)
        assert complaints == []
