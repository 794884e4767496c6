"""The guide's pages in a browser: one box for the scanner, lists that move by themselves, a booking without the mouse."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from hall.appointments import lists
from hall.appointments.offers import Of
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.staff import service as staff
from hall.staff.model import Role
from kit import clock
from kit.db import Database, Tx
from tests.hall.lines import a_line
from tests.screens.test_staff_pages import DESK, browser, enter, serious
from tests.screens.test_try import OVERFLOW, picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]
HALL, LETTER = "shuangta", "H"  # a group no other test of these screens stands on
PHONE = {"width": 390, "height": 844}


@dataclass
class Desk:
    page: Page
    url: str
    db: Database

    async def go(self, path: str) -> None:
        await self.page.goto(f"{self.url}/staff/{path}")

    async def look_at(self, name: str, folder: Path) -> None:
        """Fits, reads well, and is pictured, at a desk's screen and on a phone."""
        for size, kind in ((DESK, "desk"), (PHONE, "phone")):
            await self.page.set_viewport_size(size)  # type: ignore[arg-type]
            assert await self.page.evaluate(OVERFLOW) <= 0, name
            assert await serious(self.page) == [], name
            await self.page.screenshot(path=picture(f"staff-{name}-{kind}.png", folder), full_page=True)
        await self.page.set_viewport_size(DESK)  # type: ignore[arg-type]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def desk(browser: Browser, hall_url: str, hall_folder: Path) -> AsyncIterator[Desk]:
    db = await Database(f"sqlite+aiosqlite:///{hall_folder / 'hall.db'}").open()
    password = await db.transact(staff.add, "带班丁", Role.LEAD, clock.now(), HALL)
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, "带班丁", password)
        yield Desk(page, hall_url, db)
    await db.close()


async def a_waiting_ticket(tx: Tx) -> None:
    group = next(one for one in await matters.groups(tx, HALL) if one.letter == LETTER)
    await a_line(tx, group, [None], now=clock.now())


async def the_last_day(tx: Tx) -> tuple[Matter, date]:
    """Of a matter of the group: a day from which nobody can be moved to a later one."""
    group = next(one for one in await matters.groups(tx, HALL) if one.letter == LETTER)
    of_group = [one for one in await matters.catalogue(tx, HALL) if one.group_id == group.id]
    matter = next(one for one in of_group if one.is_open_to_booking)
    *_, last = await lists.free_days(tx, Of.matter(matter), clock.now())
    return matter, last


async def test_the_box_takes_the_scanner_the_lists_move_and_a_slip_is_printed(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    await desk.go("floor")
    await page.locator("h1").click()  # the eye is elsewhere
    await page.keyboard.type("Y261123AB")
    await expect(page.locator("#f-number")).to_have_value("Y261123AB")
    await desk.db.transact(a_waiting_ticket)
    await expect(page.locator("#lists")).to_contain_text(f"{LETTER}001", timeout=10000)
    await expect(page.locator("#f-number")).to_have_value("Y261123AB")
    await expect(page.locator("#f-number")).to_be_focused()
    await page.keyboard.type("CDE12")
    await page.keyboard.press("Enter")  # as a scanner does
    await expect(page.locator("#notice")).to_contain_text("没有查到这个预约")
    await page.locator(f"#p-{LETTER}001").click()
    await expect(page.locator(".taken")).to_contain_text(f"{LETTER}001")
    await desk.look_at("floor", tmp_path)
    await page.evaluate("window.print = () => (window.printed = true)")
    await page.keyboard.press("F4")  # while the box has the focus
    assert await page.evaluate("window.printed")
    await page.emulate_media(media="print")
    await expect(page.locator(".slip svg")).to_be_visible()
    await expect(page.locator("h1")).to_be_hidden()
    await page.emulate_media(media="screen")
    code = await page.request.get(f"{desk.url}/slip/{HALL}/{clock.day_of(clock.now())}/{LETTER}001")
    assert "前面" in await code.text()


async def test_somebody_on_the_phone_is_booked_without_the_mouse(desk: Desk, tmp_path: Path) -> None:
    page = desk.page
    await desk.go("floor")
    await page.keyboard.press("F8")
    await page.wait_for_url("**/floor/book")
    await expect(page.locator("#f-matter")).to_be_focused()
    await desk.look_at("floor-book", tmp_path)
    await page.locator("#f-matter").focus()
    before = await page.locator("#f-slot option").first.get_attribute("value")
    await page.keyboard.press("End")  # another matter: its own days and times
    await expect(page.locator("#f-slot option").first).not_to_have_attribute("value", before or "")
    for typed in ("", "", "孙阿姨", "13900007009"):
        await page.keyboard.press("Tab")
        await page.keyboard.type(typed)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/appointments/Y*")
    await expect(page.locator("#notice")).to_contain_text("约好了，预约号Y")
    await expect(page.locator("main")).to_contain_text("孙*姨")
    await desk.look_at("appointment", tmp_path)
    await desk.go("appointments")
    await page.fill("#f-what", "13900007009")
    await page.keyboard.press("Enter")
    await expect(page.locator("#found")).to_contain_text("139****7009")
    await desk.look_at("appointments", tmp_path)
    await desk.go("waiting")
    await desk.look_at("waiting", tmp_path)


async def test_a_closure_is_seen_before_it_is_made_and_the_callers_are_ticked_off(desk: Desk, tmp_path: Path) -> None:
    page, (matter, last) = desk.page, await desk.db.consult(the_last_day)
    for who, phone in (("李大爷", "13900007001"), ("王小明", "13900007002")):
        await desk.go(f"floor/book?matter={matter.id}&on={last}")
        await page.fill("#f-name", who)
        await page.fill("#f-phone", phone)
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/staff/appointments/Y*")
    await desk.go("closures")
    await page.select_option("#f-what", f"g{matter.group_id}")
    for name, value in (("from_on", last.isoformat()), ("to_on", "2020-01-01"), ("reason", "系统升级")):
        await page.fill(f"#f-{name}", value)
    await page.keyboard.press("Enter")
    await expect(page.locator("#notice")).to_contain_text("结束要在开始之后")
    await expect(page.locator("#f-reason")).to_have_value("系统升级")
    await page.fill("#f-to_on", last.isoformat())
    await page.keyboard.press("Enter")
    await expect(page.locator("#preview")).to_contain_text("要打电话告诉")
    await expect(page.locator("#notice")).to_be_empty()
    await desk.look_at("closure", tmp_path)
    page.once("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="就这样停办").click()
    await page.wait_for_url("**/staff/closures/*")
    row = page.locator("tr", has_text="王*明")
    await expect(row).to_contain_text("没有微信，要打电话")
    await row.get_by_role("button", name="打过了").click()
    await expect(page.locator("tr", has_text="王*明")).to_contain_text("打过电话了")
    await desk.look_at("closure-told", tmp_path)
    page.once("dialog", lambda asked: asked.accept())
    await page.get_by_role("button", name="恢复放号").click()
    await page.wait_for_url("**/staff/closures")
    await expect(page.locator("#notice")).to_contain_text("恢复放号了")
