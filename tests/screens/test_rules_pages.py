"""Calendar, rules, pauses and notices in a browser, as a lead and as who administers the house see them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect
from sqlalchemy import func, insert, select

from hall.appointments.tables import appointments, bans, slots
from hall.citizens import service as citizens
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role
from kit import clock
from kit.clock import day_of
from kit.db import Tx
from tests.screens.test_staff_pages import DESK, PHONE, browser, enter, hall_of, one_time, serious
from tests.screens.test_try import OVERFLOW, picture

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

RULE = "一个自然月里约了没来满1次"


@asynccontextmanager
async def at_work(browser: Browser, url: str, folder: Path, name: str, role: str) -> AsyncIterator[Page]:
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, url, name, await one_time(folder, name, role))
        yield page


async def a_pause(tx: Tx) -> tuple[str, int]:
    """Somebody of this test who did not come; the number, and the pause that followed."""
    now = clock.now()
    who = await citizens.meet(tx, "o-rules-screen", now)
    slot = await tx.one(select(slots.c.id, slots.c.hall_id).limit(1))
    assert slot is not None
    held = {
        "number": "Y000101RULES00", "citizen_id": who.id, "slot_id": slot.id, "matter_id": "x", "matter_name": "食品经营许可",
        "state": "no_show", "booked_at": now, "changed_at": now, "relation": "self", "is_reserve": False,
        "ended_at": now - timedelta(hours=1), "ended_by": "job",
    }  # fmt: skip
    await tx.insert(insert(appointments).values(**held))
    ban = {
        "mark": f"c:{who.id}",
        "hall_id": slot.hall_id,
        "rule": RULE,
        "from_at": now,
        "until_at": now + timedelta(30),
    }
    return held["number"], await tx.insert(insert(bans).values(**ban))


async def test_every_page_fits_reads_well_and_breaks_no_policy(
    browser: Browser, hall_url: str, hall_folder: Path, tmp_path: Path
) -> None:
    async with hall_of(hall_folder) as db:
        _, ban_id = await db.transact(a_pause)
    paths = ("calendar", f"calendar?on={day_of(clock.now()) + timedelta(days=1)}", "calendar/year", "rules")
    paths += ("rules/edit?like=a", "bans", f"bans/{ban_id}", "notices", "notices/called", "notices/case_accepted")
    complaints, wrong = list[str](), list[tuple[str, str, str]]()
    async with at_work(browser, hall_url, hall_folder, "规则总管甲", "admin") as page:
        page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
        async with hall_of(hall_folder) as db:
            await db.transact(_lead_too, "规则总管甲")
        for size, name in ((DESK, "desk"), (PHONE, "phone")):
            await page.set_viewport_size(size)  # type: ignore[arg-type]
            for path in paths:
                await page.goto(f"{hall_url}/staff/admin/{path}")
                assert await page.evaluate(OVERFLOW) <= 0, (path, name)
                wrong += [(path, name, said) for said in await serious(page)]
                file = f"rules-{path.split('?')[0].replace('/', '-')}-{name}.png"
                await page.screenshot(path=tmp_path / file, full_page=True)
    assert (complaints, wrong) == ([], [])


async def _lead_too(tx: Tx, name: str) -> None:
    member = await staff.named(tx, name)
    await staff.set_roles(tx, member.id, EVERYWHERE, (Role.ADMIN, Role.LEAD))


async def test_a_lead_changes_a_rule_sees_what_changes_and_tries_it_before_it_holds(
    browser: Browser, hall_url: str, hall_folder: Path, tmp_path: Path
) -> None:
    async with at_work(browser, hall_url, hall_folder, "规则领导乙", "lead") as page:
        await page.goto(f"{hall_url}/staff/admin/rules/edit?like=b")
        await expect(page.locator("#draft ins").first).to_contain_text("要提前1到5个工作日预约")
        await page.fill("[name='window.last']", "4")
        await expect(page.locator("#draft ins").first).to_contain_text("要提前1到4个工作日预约")
        await page.fill("#f-who", "13900009999")
        async with hall_of(hall_folder) as db:
            last = await db.consult(Tx.value, select(func.max(slots.c.on)))
        await page.fill("#f-on", str(last))
        await page.get_by_role("button", name="试一试").click()
        await expect(page.locator("#tried")).to_contain_text("约不上。")
        await expect(page.locator("#tried")).to_contain_text("按还没启用的规则")
        await page.locator("#tried").scroll_into_view_if_needed()
        await page.screenshot(path=picture("staff-rules.png", tmp_path))
        await page.fill("[name='window.last']", "0")
        await page.get_by_role("button", name="启用").click()
        await expect(page.locator("[name='window.last'] ~ .beside-field")).to_contain_text("最后一天不能早于第一天")


async def test_a_lead_hears_an_appeal_and_writes_a_notice_in_the_halls_words(
    browser: Browser, hall_url: str, hall_folder: Path, tmp_path: Path
) -> None:
    async with at_work(browser, hall_url, hall_folder, "规则领导丙", "lead") as page:
        await page.goto(f"{hall_url}/staff/admin/bans")
        await page.get_by_role("link", name="看第").first.click()
        await page.fill("#f-said", "那天人到了，没听见叫号")
        await page.get_by_role("button", name="记下申诉").click()
        await expect(page.locator("#notice")).to_contain_text("申诉记下了")
        await page.fill("#f-answer", "当天的记录里没有取号")
        await page.screenshot(path=picture("staff-appeal.png", tmp_path), full_page=True)
        await page.get_by_role("button", name="答复", exact=True).click()
        await expect(page.locator("main")).to_contain_text("没有解除，当天的记录里没有取号")
        await page.goto(f"{hall_url}/staff/admin/notices/wait_over")
        await page.fill("#f-text", "您候补的“{事项}”没有等到号，改天再来看看，回复“候补”再排一次。")
        await expect(page.locator("#preview")).to_contain_text("改天再来看看")
        await page.screenshot(path=picture("staff-notice.png", tmp_path))
        await page.get_by_role("button", name="存下，马上用").click()
        await expect(page.locator("#notice")).to_contain_text("从下一条通知起")
        await page.get_by_role("button", name="回到随系统带来的话").click()
        await expect(page.locator("main")).to_contain_text("现在说的是随系统带来的")
