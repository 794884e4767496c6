"""The counter desk in a browser: keys, two clerks at once, and a network that goes in the middle of work."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import func, select

from hall.cases.tables import cases
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
PRINTER = "window.printed = 0; window.print = () => { window.printed += 1; window.dispatchEvent(new Event('afterprint')); }; 0"


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

    async def cases(self) -> int:
        async with self.db.read() as tx:
            return int(await tx.value(select(func.count()).select_from(cases)))


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


async def test_a_case_is_taken_in_accepted_and_concluded_with_keys_alone(clerks: Two, tmp_path: Path) -> None:
    """Beside who is here, on the same screen: a digit for the matter, Enter to accept, Enter to print."""
    page = clerks.second
    await page.evaluate(PRINTER)
    await page.keyboard.press("s")
    await expect(page.locator("#now .number")).to_contain_text("办理中")
    await page.keyboard.press("c")
    await expect(page.locator("#case .choices")).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.locator("#case [value=accept]")).to_be_focused()
    await page.keyboard.press("1")  # the first material is not there
    await expect(page.locator("#f-days")).to_be_visible()
    await look_at(page, "intake", tmp_path)
    await page.keyboard.press("d")
    await page.keyboard.type("3")
    await page.get_by_label("为什么可以容缺").fill("主要材料都齐了")
    await page.keyboard.press("Enter")
    await expect(page.locator("#paper[open]")).to_contain_text("查询码")
    await expect(page.locator("#paper[open]")).to_contain_text("容缺受理，还要补")
    await look_at(page, "receipt", tmp_path)
    await page.keyboard.press("Enter")  # on 打印
    await expect(page.locator("#paper")).to_be_hidden()
    await expect(page.locator("#case")).to_contain_text("容缺的材料收到了才能办结")
    await look_at(page, "case", tmp_path)
    assert page.url.endswith("/staff/desk")  # the same screen
    await page.keyboard.press("t")
    await expect(page.locator("#case")).not_to_contain_text("收到补的材料")
    await page.keyboard.press("l")
    await expect(page.locator("#paper[open] .receipt")).to_contain_text("受理通知")
    await expect(page.locator("#case")).to_contain_text("办结")  # the panel stays under the paper
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.type("予以办理")
    await page.keyboard.press("Enter")
    await expect(page.locator("#case")).to_contain_text("这件已经结束")
    await page.keyboard.press("F2")
    await expect(page.locator("#now .number")).to_contain_text("A004")
    await expect(page.locator("#case")).to_be_empty()  # nothing of the last one under the next
    await page.keyboard.press("k")  # but for the receipt, which F2 may have overtaken
    await expect(page.locator("#paper[open] .receipt")).to_contain_text("查询码")
    assert await page.evaluate("window.printed") == 1
    await page.keyboard.press("Escape")


async def test_what_is_taken_in_without_a_network_is_taken_in_once_and_accepted(clerks: Two, tmp_path: Path) -> None:
    """The button that was pressed is sent again with the form, and a lost answer makes no second case."""
    page, lost = clerks.second, 0

    async def lose_the_answer(route: Route) -> None:
        nonlocal lost
        if route.request.method != "POST" or lost:
            await route.continue_()
            return
        lost += 1
        await route.fetch()
        await route.abort()

    await page.keyboard.press("s")
    await expect(page.locator("#now .number")).to_contain_text("办理中")
    await page.keyboard.press("c")
    await expect(page.locator("#case .choices")).to_be_visible()
    await page.keyboard.press("1")
    await expect(page.locator("#case [value=accept]")).to_be_focused()
    before = await clerks.cases()
    await page.route("**/staff/cases", lose_the_answer)
    await page.keyboard.press("Enter")
    await expect(page.locator("#unsent")).to_be_visible()
    await expect(page.locator("#paper[open]")).to_contain_text("受理：", timeout=15000)
    await expect(page.locator("#unsent")).to_be_hidden()
    await page.unroute("**/staff/cases")
    assert (lost, await clerks.cases()) == (1, before + 1)
    await page.keyboard.press("F2")  # closes the paper and goes on
    await expect(page.locator("#now .number")).to_contain_text("正在叫号")
    await page.goto(page.url.replace("/desk", "/cases"))
    await expect(page.locator("main")).to_contain_text("最要紧的在前面")
    await look_at(page, "cases", tmp_path)
    await page.goto(page.url.replace("/cases", "/home"))
    await expect(page.locator("main")).to_contain_text("要留意的办件")
