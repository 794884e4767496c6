"""How the hall performs, in a browser: what a lead sees of the demo's past, and how it moves by itself."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from hall.cases import service as cases
from hall.matters import service as matters
from hall.staff import service as staff
from hall.staff.model import Role
from kit import clock
from kit.db import Tx
from tests.screens.test_staff_pages import DESK, PHONE, browser, enter, hall_of, serious
from tests.screens.test_try import OVERFLOW, picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]
HALL = "shuangta"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def lead(browser: Browser, hall_url: str, hall_folder: Path) -> AsyncIterator[Page]:
    async with hall_of(hall_folder) as db:
        password = await db.transact(staff.add, "效能领导", Role.LEAD, clock.now(), HALL)
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, "效能领导", password)
        yield page


async def test_figures_rows_and_pictures_fit_and_read_well(lead: Page, hall_url: str, tmp_path: Path) -> None:
    complaints = list[str]()
    lead.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    pages = {
        "performance": "performance?when=month",
        "performance-days": "performance?when=month&by=day#groups",
        "performance-rows": "performance/rows/on-time?when=month",
    }
    for size, kind in ((DESK, "desk"), (PHONE, "phone")):
        await lead.set_viewport_size(size)  # type: ignore[arg-type]
        for name, path in pages.items():
            await lead.goto(f"{hall_url}/staff/{path}")
            assert await lead.evaluate(OVERFLOW) <= 0, (name, kind)
            assert await serious(lead) == [], (name, kind)
            await lead.screenshot(path=picture(f"staff-{name}-{kind}.png", tmp_path))
    await lead.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert complaints == []


async def accept_one(tx: Tx) -> None:
    matter = (await matters.catalogue(tx, HALL))[0]
    case, _ = await cases.open(tx, matter, clock.now())
    await cases.accept(tx, case.number, None, clock.now())


async def test_a_figure_moves_by_itself_and_what_was_opened_stays_open(
    lead: Page, hall_url: str, hall_folder: Path
) -> None:
    await lead.goto(f"{hall_url}/staff/home")
    await lead.keyboard.press("g")
    await lead.keyboard.press("l")
    await lead.wait_for_url("**/staff/performance")
    await lead.get_by_role("link", name="今天").click()
    accepted = lead.locator("section.card", has=lead.get_by_role("heading", name="受理", exact=True))
    before = int((await accepted.locator(".amount b").inner_text()).removesuffix("件"))
    await accepted.get_by_text("怎么算的").click()
    async with hall_of(hall_folder) as db:
        await db.transact(accept_one)
    await expect(accepted.locator(".amount b")).to_have_text(f"{before + 1}件", timeout=25000)
    await expect(accepted.get_by_text("视为受理的也算")).to_be_visible()
    await accepted.get_by_role("link", name="看明细").click()
    await expect(lead.locator("table.rows")).to_contain_text("ST")
