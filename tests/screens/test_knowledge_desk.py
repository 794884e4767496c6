"""The knowledge desk in a browser: a wrong answer is put right by two editors, and a citizen hears the right one."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.screens.test_staff_pages import DESK, GOOD, browser, enter, forget_sessions, one_time, serious
from tests.screens.test_try import picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

ENTRY, ASKED = "elder-card-phone", "老年证能在手机上办吗"
RIGHT = "改对了的答案：请以窗口的说明为准。"
LIVE_SECONDS = 1.0


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


async def test_an_editors_unsaved_text_outlives_the_session(browser: Browser, hall_url: str, hall_folder: Path) -> None:
    unsaved = "打了半天还没存的一大段话。"

    async def unasked(route: Route) -> None:
        await route.fulfill(status=204)

    async def sign_in_again(page: Page) -> None:
        again = page.get_by_role("dialog")
        await expect(again).to_contain_text("登录过期了")
        await again.get_by_label("密码").fill(GOOD)
        await again.get_by_role("button", name="登录并继续").click()
        await expect(again).to_be_hidden()

    async with an_editor(browser, hall_url, hall_folder, "编辑丁") as writer:
        await writer.goto(f"{hall_url}/staff/knowledge/edit?id=simple-cancel-notice")
        await expect(writer.locator("#would .wechat")).to_be_visible()
        await forget_sessions(hall_folder)
        await writer.fill("#f-answer", unsaved)  # the page asks what would be answered, and hears that it is over
        await sign_in_again(writer)
        await expect(writer.locator("#would .wechat")).to_contain_text(unsaved)
        async with writer.expect_response("**/knowledge/would"):
            await writer.fill("#f-change", "写全了")
        await writer.route("**/knowledge/would", unasked)  # or asking, it may hear before the press that it is over
        await forget_sessions(hall_folder)
        await writer.get_by_role("button", name="存成草稿").click()
        await sign_in_again(writer)
        await expect(writer.locator("#notice")).to_contain_text("草稿存好了")
        await expect(writer.locator("#f-answer")).to_have_value(unsaved)
