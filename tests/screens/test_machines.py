"""/kiosk and /rate in a browser, touched as in the hall. RENEW_PICTURES=1 renews the pictures in docs/pictures."""

import base64
import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, Route, expect
from sqlalchemy import insert

from cli import sample
from hall.appointments.tables import slots
from hall.citizens import service as citizens
from hall.matters import service as matters
from hall.places import service as places
from hall.places.model import EVERY_HALL, Counter
from hall.queue import calling
from hall.queue import service as queue
from hall.ratings import dealings
from hall.ratings import service as ratings
from hall.ratings.model import Kind, Rating
from hall.staff.model import Role, StaffMember
from kit import clock, migrate
from kit.db import Database, Tx
from tests.hall.builders import book
from tests.screens.test_try import OVERFLOW, SMALLEST_TYPE, browser, picture
from tests.screens.walls import ALL_DAY
from tests.servers import ROOT, Hall, serving

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

HALL, CLERK = "shuangta", StaffMember(1, "王芳", Role.CLERK, False)
TALL, WIDE, PHONE = (1080, 1920), (1920, 1080), (390, 844)
SMALL_TARGETS = """[...document.querySelectorAll("button")].filter((el) => el.checkVisibility())
  .map((el) => [el.textContent, el.getBoundingClientRect()]).filter(([, at]) => at.width < 44 || at.height < 44)
  .map(([text]) => text)"""
KEY = base64.b64encode(b"test key, test key, test key 32b").decode()  # that of tests/conftest.py
AXE = (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text("utf-8")


@dataclass
class House:
    hall: Hall
    db: Database

    @property
    def url(self) -> str:
        return self.hall.base

    async def serve_one(self, number: int = 1) -> int:
        """Somebody is served at this counter, this moment; the ticket's id."""

        async def work(tx: Tx) -> int:
            now = clock.now()
            counter: Counter = next(one for one in await places.counters(tx, HALL) if one.number == number)
            group = next(one for one in await matters.groups(tx, HALL) if one.letter == counter.groups[0])
            await calling.open_post(tx, counter, CLERK, now)
            await queue.take(tx, HALL, group, None, now)
            await calling.call_next(tx, counter, CLERK, now)
            await calling.serve(tx, counter, CLERK, now)
            return (await calling.finish(tx, counter, CLERK, now)).id

        return await self.db.transact(work)

    async def book_for_now(self) -> str:
        """The number of an appointment that has begun, of the phone …0003."""

        async def work(tx: Tx) -> str:
            now = clock.now()
            group = next(one for one in await matters.groups(tx, HALL) if one.letter == "A")
            matter = next(
                one for one in await matters.catalogue(tx, HALL) if one.group_id == group.id and one.is_open_to_booking
            )
            on = {"hall_id": HALL, "group_id": group.id, "on": clock.day_of(now), "capacity": 9, "booked": 0}
            times = {"starts_at": now + timedelta(minutes=5), "ends_at": now + timedelta(minutes=35)}
            slot_id = await tx.insert(insert(slots).values(**on, **times, reserve=0, reserve_booked=0))
            citizen = await citizens.meet(tx, "oSign", now)
            return (await book(tx, citizen, slot_id, matter, "王小明", "13800000003", now)).number

        return await self.db.transact(work)

    async def rated(self, ticket_id: int) -> Rating | None:
        return await self.db.consult(ratings.of_dealing, Kind.TICKET, ticket_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """The sample hall, open all day, behind one server that is a demo: any browser is one of its machines."""
    folder = tmp_path_factory.mktemp("machines")
    url = f"sqlite+aiosqlite:///{folder / 'hall.db'}"
    migrate.upgrade(url)
    db = await Database(url).open()
    await sample.fill(db, clock.now())
    for day in (clock.day_of(clock.now()), clock.day_of(clock.now() + timedelta(days=1))):
        await db.transact(places.set_day, EVERY_HALL, day, ALL_DAY, "测试", "王芳", clock.now())
    with serving(url, folder, workers=1, DEMO__ON="true", SECRETS__DATA_KEY=KEY) as hall:
        yield House(hall, db)
    await db.close()


@dataclass
class Machine:
    page: Page
    complaints: list[str] = field(default_factory=list)

    async def touch(self, *names: str) -> None:
        """Buttons whose words begin so; one or two signs are all of a tile's name."""
        for name in names:
            wanted = re.compile(rf"^{re.escape(name)}" + (r"(?:\s|$)" if len(name) < 3 else ""))
            await self.page.get_by_role("button", name=wanted).first.click(timeout=8000)

    async def fits(self) -> None:
        assert await self.page.evaluate(OVERFLOW) <= 0
        assert await self.page.evaluate(SMALL_TARGETS) == []

    async def serious(self) -> list[str]:
        """What axe calls serious or worse."""
        await self.page.evaluate(AXE)
        found: dict[str, Any] = await self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{one['id']}: {json.dumps([node['target'] for node in one['nodes']])}"
            for one in found["violations"]
            if one["impact"] in ("serious", "critical")
        ]


async def opened(browser: Browser, url: str, size: tuple[int, int]) -> Machine:
    context = await browser.new_context(viewport={"width": size[0], "height": size[1]}, locale="zh-CN", has_touch=True)
    machine = Machine(await context.new_page())
    machine.page.on("pageerror", lambda error: machine.complaints.append(str(error)))
    machine.page.on("console", lambda line: machine.complaints.append(line.text) if line.type == "error" else None)
    await machine.page.goto(url)
    return machine


@pytest_asyncio.fixture(loop_scope="module")
async def kiosk(browser: Browser, house: House) -> AsyncIterator[Machine]:
    machine = await opened(browser, f"{house.url}/kiosk/{HALL}", TALL)
    await expect(machine.page.get_by_role("heading", name="您来办什么？")).to_be_visible()
    yield machine
    await machine.page.context.close()


# ------------------------------------------------------------------------------------------------ the kiosk


async def test_guide_leads_to_the_materials_and_prints_them(kiosk: Machine, tmp_path: Path) -> None:
    await kiosk.page.screenshot(path=picture("kiosk-start.png", tmp_path))
    await kiosk.fits()
    assert await kiosk.serious() == []
    await kiosk.touch("办事指南", "按主题找", "经营许可", "食品经营许可")
    await expect(kiosk.page.locator(".materials li").first).to_be_visible()
    await kiosk.fits()
    assert await kiosk.page.evaluate(SMALLEST_TYPE) >= 24  # read standing, by the old
    assert await kiosk.serious() == []
    await kiosk.page.screenshot(path=picture("kiosk-matter.png", tmp_path))
    await kiosk.page.evaluate("window.print = () => { window.printed = document.getElementById('slip').innerText; }")
    await kiosk.touch("打印材料单")
    printed = await kiosk.page.evaluate("window.printed")
    assert "材料单" in printed and "收费" in printed
    assert await kiosk.page.locator("#slip").inner_text() == ""
    for tab, said in (("怎么办", "办好以后给您"), ("多久多少钱", "收费"), ("在哪办", "取什么号")):
        await kiosk.touch(tab)
        await expect(kiosk.page.locator(".part")).to_contain_text(said)
    assert kiosk.complaints == []


async def test_somebody_takes_a_number_with_four_touches(kiosk: Machine, house: House, tmp_path: Path) -> None:
    await kiosk.touch("取号")
    await expect(kiosk.page.locator(".tile").first).to_contain_text("人等")
    await kiosk.touch("D 社保就业", "老人")
    await expect(kiosk.page.get_by_role("button", name="老人")).to_have_attribute("aria-pressed", "true")
    await kiosk.page.get_by_role("main").get_by_role("button", name="取号").click()
    await expect(kiosk.page.locator(".number")).to_have_text("D001")
    await kiosk.page.screenshot(path=tmp_path / "kiosk-ticket.png")
    await kiosk.fits()
    taken = await house.db.consult(queue.find, HALL, "D001", clock.day_of(clock.now()))
    assert taken is not None and (taken.citizen_id, taken.privilege) == (None, "elderly")
    await kiosk.touch("记住了")
    await expect(kiosk.page.get_by_role("heading", name="您来办什么？")).to_be_visible()


async def test_who_has_an_appointment_arrives_with_its_number_and_phone(
    kiosk: Machine, house: House, tmp_path: Path
) -> None:
    number = await house.book_for_now()
    await kiosk.touch("预约签到", *number[1:], "下一步")
    await expect(kiosk.page.get_by_role("heading", name="请输入手机号的后 4 位")).to_be_visible()
    await kiosk.fits()
    assert await kiosk.serious() == []
    await kiosk.touch(*"0003", "确定")
    await expect(kiosk.page.get_by_role("heading", name="签到好了，请记住您的号")).to_be_visible()
    await expect(kiosk.page.locator(".number")).to_contain_text("A0")
    await kiosk.page.screenshot(path=tmp_path / "kiosk-arrived.png")
    await kiosk.fits()
    shown = await kiosk.page.locator(".number").inner_text()
    await kiosk.page.evaluate("window.print = () => { window.printed = document.getElementById('slip').innerText; }")
    await kiosk.touch("打印小票")
    assert shown in await kiosk.page.evaluate("window.printed")
    taken = await house.db.consult(queue.find, HALL, shown, clock.day_of(clock.now()))
    assert taken is not None and taken.privilege == "appointment"
    assert kiosk.complaints == []


async def test_case_is_rated_with_number_and_code_and_nothing_stays(kiosk: Machine, house: House) -> None:
    ticket_id = await house.serve_one()
    number = (await house.db.consult(dealings.of_ticket, ticket_id)).number
    await kiosk.touch("评价", "票号", "A 企业开办")
    await kiosk.touch(*number[1:], "下一步", *dealings.ticket_code(ticket_id), "确定")
    await expect(kiosk.page.locator(".level")).to_have_count(5)
    assert await kiosk.page.locator("[aria-pressed=true]").count() == 0  # no default
    assert await kiosk.serious() == []
    await kiosk.touch("非常不满意", "等得太久", "下一步", "要，留个电话", *"13912345678", "交评价")
    await expect(kiosk.page.get_by_role("heading", name="谢谢您的评价")).to_be_visible()
    given = await house.rated(ticket_id)
    assert given is not None and (given.level, given.reasons, given.contact) == (1, ("long_wait",), "13912345678")
    kept = "JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie, history.length, history.state])"
    assert await kiosk.page.evaluate(kept) == '[{},{},"",2,null]'


async def test_kiosk_forgets_after_a_minute_without_a_touch(browser: Browser, house: House) -> None:
    machine = await opened(browser, "about:blank", WIDE)
    page = machine.page
    await page.clock.install()
    await page.goto(f"{house.url}/kiosk/{HALL}")
    await machine.touch("评价", "办件", *"2026")
    await expect(page.locator(".typed")).to_have_text("ST20 26")
    await page.clock.run_for(46_000)
    await expect(page.get_by_role("alertdialog")).to_contain_text("秒后回到首页")
    assert await machine.serious() == []
    await machine.touch("我还在，接着办")
    await expect(page.locator(".typed")).to_have_text("ST20 26")
    await page.clock.run_for(61_000)
    await expect(page.get_by_role("heading", name="您来办什么？")).to_be_visible()
    assert "2026" not in await page.locator("main").inner_html()
    await machine.touch("评价", "办件")
    await expect(page.locator(".typed")).to_have_text("ST")
    await page.context.close()


async def test_line_that_is_down_is_said_and_tried_again(kiosk: Machine) -> None:
    async def cut(route: Route) -> None:
        await route.abort()

    await kiosk.page.route("**/api/v1/guide*", cut)
    await kiosk.touch("办事指南")
    await expect(kiosk.page.get_by_role("heading", name="线路断了")).to_be_visible()
    await kiosk.page.unroute("**/api/v1/guide*")
    await expect(kiosk.page.get_by_role("button", name="按主题找")).to_be_visible(timeout=10_000)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
async def test_kiosk_fits_other_screens(browser: Browser, house: House, size: tuple[int, int]) -> None:
    machine = await opened(browser, f"{house.url}/kiosk/{HALL}", size)
    for steps in (["办事指南", "按一件事找"], ["取号", "A 企业"], ["查进度", "预约"], ["评价", "票号"]):
        await machine.touch(*steps)
        await expect(machine.page.locator("main button").first).to_be_visible()
        await machine.fits()
        await machine.touch("回首页")
    await machine.page.context.close()


# ------------------------------------------------------------------------------------------------ the tablet


async def test_tablet_asks_who_was_just_served_and_goes_to_rest(browser: Browser, house: House, tmp_path: Path) -> None:
    machine = await opened(browser, f"{house.url}/rate/{HALL}/3", (1280, 800))
    await expect(machine.page.locator("main")).to_contain_text("办完事，请在这里评一评")
    assert await machine.serious() == []
    ticket_id = await house.serve_one(3)
    await expect(machine.page.locator("main")).to_contain_text("办完了，您满意吗？")
    await machine.page.screenshot(path=picture("tablet.png", tmp_path))
    await machine.fits()
    assert await machine.serious() == []
    assert await machine.page.locator("[aria-pressed=true]").count() == 0
    await machine.touch("不满意", "没有一次说清")
    assert await machine.serious() == []
    await machine.touch("交评价")
    await expect(machine.page.locator("main")).to_contain_text("谢谢您说出来")
    given = await house.rated(ticket_id)
    assert given is not None and (given.level, given.reasons, given.channel) == (2, ("not_told_at_once",), "tablet")
    await expect(machine.page.locator("main")).to_contain_text("办完事，请在这里评一评")
    assert machine.complaints == []
    await machine.page.context.close()


async def test_board_and_try_have_nothing_serious(browser: Browser, house: House) -> None:
    for path in (f"/board/{HALL}", "/try"):
        machine = await opened(browser, f"{house.url}{path}", WIDE)
        await machine.page.wait_for_timeout(300)
        assert await machine.serious() == [], path
        await machine.page.context.close()
