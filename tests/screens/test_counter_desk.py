"""The counter desk in a browser: keys, two clerks at once, and a network that goes in the middle of work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from hall.matters import service as matters
from hall.queue.model import What
from hall.queue.tables import ticket_facts
from hall.staff import service as staff
from hall.staff.model import Role
from kit import clock
from kit.db import Database, Tx
from tests.hall.lines import a_line
from tests.screens.test_staff_pages import DESK, PHONE, browser, enter, serious
from tests.screens.test_try import OVERFLOW, picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]
HALL = "shuangta"


async def a_line_for_a(tx: Tx) -> None:
    group = next(one for one in await matters.groups(tx, HALL) if one.letter == "A")
    await a_line(tx, group, [None] * 8, now=clock.now())


@dataclass
class Two:
    """Two clerks at counters 1 and 2, both for A."""

    first: Page
    second: Page
    db: Database

    async def facts(self, what: What) -> int:
        asked = select(func.count()).select_from(ticket_facts).where(ticket_facts.c.what == what)
        async with self.db.read() as tx:
            return int(await tx.value(asked))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clerks(browser: Browser, hall_url: str, hall_folder: Path) -> AsyncIterator[Two]:
    db = await Database(f"sqlite+aiosqlite:///{hall_folder / 'hall.db'}").open()
    await db.transact(a_line_for_a)
    pages = []
    for n, name in enumerate(("窗口甲", "窗口乙"), 1):
        context = await browser.new_context(viewport=DESK, locale="zh-CN")  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, name, await db.transact(staff.add, name, Role.CLERK, clock.now(), HALL))
        await page.goto(f"{hall_url}/staff/desk")
        await page.get_by_role("button", name=f"在{n}号窗口坐下").click()
        await expect(page.locator("#now")).to_contain_text("空着")
        pages.append(page)
    yield Two(*pages, db)
    for page in pages:
        await page.context.close()
    await db.close()


async def test_two_clerks_who_press_at_once_get_two_people(clerks: Two, tmp_path: Path) -> None:
    await asyncio.gather(*(page.keyboard.press("F2") for page in (clerks.first, clerks.second)))
    got = []
    for page in (clerks.first, clerks.second):
        await expect(page.locator("#now .number")).to_contain_text("正在叫号")
        got.append(await page.locator("#now .number span").inner_text())
    assert sorted(got) == ["A001", "A002"]
    for size, name in ((DESK, "desk"), (PHONE, "phone")):
        await clerks.first.set_viewport_size(size)  # type: ignore[arg-type]
        assert await clerks.first.evaluate(OVERFLOW) <= 0
        assert await serious(clerks.first) == []
        await clerks.first.screenshot(path=picture(f"staff-counter-{name}.png", tmp_path), full_page=True)
    await clerks.first.set_viewport_size(DESK)  # type: ignore[arg-type]


async def test_a_network_that_drops_in_the_middle_loses_nothing_and_does_nothing_twice(clerks: Two) -> None:
    page, served = clerks.first, await clerks.facts(What.SERVING)
    await page.context.set_offline(True)
    await page.keyboard.press("s")
    await expect(page.locator("#unsent")).to_contain_text("没发出去，正在再试")
    await page.keyboard.press("s")  # an impatient second press adds nothing
    await expect(page.locator("#offline")).to_be_hidden()
    await page.context.set_offline(False)
    await expect(page.locator("#now .number")).to_contain_text("办理中", timeout=15000)
    await expect(page.locator("#unsent")).to_be_hidden()
    assert await clerks.facts(What.SERVING) == served + 1


async def test_a_press_whose_answer_was_lost_is_sent_again_and_done_once(clerks: Two) -> None:
    page, called = clerks.first, await clerks.facts(What.CALLED)

    async def lose_the_answer(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await page.route("**/staff/desk", lose_the_answer, times=2)  # and the next one's
    await page.keyboard.press("F2")
    await expect(page.locator("#unsent")).to_be_visible()
    await expect(page.locator("#now .number")).to_contain_text("A003", timeout=15000)
    await expect(page.locator("#unsent")).to_be_hidden(timeout=15000)
    assert await clerks.facts(What.CALLED) == called + 1


async def test_the_other_desk_sees_what_is_called_without_a_reload(clerks: Two) -> None:
    await expect(clerks.second.locator("#line")).not_to_contain_text("A003", timeout=10000)
    await expect(clerks.second.locator("#line")).to_contain_text("A004")


async def look_at(page: Page, name: str, folder: Path) -> None:
    """Fits, reads well, and is pictured, at a counter's screen and on a phone."""
    for size, kind in ((DESK, "desk"), (PHONE, "phone")):
        await page.set_viewport_size(size)  # type: ignore[arg-type]
        assert await page.evaluate(OVERFLOW) <= 0, name
        assert await serious(page) == [], name
        await page.screenshot(path=picture(f"staff-{name}-{kind}.png", folder), full_page=True)
    await page.set_viewport_size(DESK)  # type: ignore[arg-type]


async def test_a_case_is_taken_in_accepted_and_concluded_beside_who_is_here(clerks: Two, tmp_path: Path) -> None:
    page = clerks.second
    await page.keyboard.press("s")
    await page.get_by_role("link", name="收件").click()
    await page.locator("#case select").select_option(index=1)
    await expect(page.locator("#case")).to_contain_text("没交的去掉勾")
    await look_at(page, "intake", tmp_path)
    assert page.url.endswith("/staff/desk")  # the same screen
    await page.get_by_role("button", name="收件，出凭证").click()
    await expect(page.locator("#case .receipt")).to_contain_text("查询码")
    await look_at(page, "receipt", tmp_path)
    await page.get_by_role("link", name="接着办这件").click()
    await page.get_by_role("button", name="受理", exact=True).click()
    await expect(page.locator("#case")).to_contain_text("受理通知")
    await look_at(page, "case", tmp_path)
    await page.get_by_label("办理结果").fill("予以办理")
    await page.get_by_role("button", name="办结").click()
    await expect(page.locator("#case")).to_contain_text("这件已经结束")
    await expect(page.locator("#now .number")).to_contain_text("办理中")
    await page.locator("h1").click()  # out of the form, as a clerk turns to the next
    await page.keyboard.press(" ")
    await expect(page.locator("#now .number")).to_contain_text("A004")
    await expect(page.locator("#case")).to_be_empty()  # nothing of the last one under the next


async def test_the_guides_desk_takes_a_number_with_the_scanner_in_its_one_box(
    browser: Browser, clerks: Two, hall_url: str, tmp_path: Path
) -> None:
    password = await clerks.db.transact(staff.add, "导办甲", Role.GUIDE, clock.now(), HALL)
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, "导办甲", password)
        await page.goto(f"{hall_url}/staff/floor")
        await expect(page.locator("#f-number")).to_be_focused()
        await look_at(page, "floor", tmp_path)
        await page.keyboard.type("YY202611230000X")
        await page.keyboard.press("Enter")  # as a scanner does
        await expect(page.locator("#notice")).to_contain_text("没有")
        await page.goto(f"{hall_url}/staff/floor/book")
        await page.get_by_role("button", name="看空位").click()
        await look_at(page, "floor-book", tmp_path)
