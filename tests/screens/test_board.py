"""/board in a browser: on the hall's screen and on a phone. RENEW_PICTURES=1 renews the pictures in docs/pictures."""

import os
import signal
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from hall.places import service as places
from hall.queue.rules import Rules, say
from hall.staff.model import Grant, Role, StaffMember
from kit import clock, migrate
from kit.db import Database
from tests.hall.queue_rows import CLERK_NAME, Seat, a_call
from tests.screens.test_try import OVERFLOW, SMALLEST_TYPE, browser, picture
from tests.screens.walls import GROUPS, LONG_GROUPS, a_wall, cut_off
from tests.servers import Hall, serving

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

WIDE, PHONE = {"width": 1920, "height": 1080}, {"width": 390, "height": 844}


@dataclass
class House:
    url: str  # of the database
    folder: Path
    hall: Hall
    db: Database

    async def call(self, hall_id: str, number: int) -> str:
        """The next one to a counter; the ticket's number."""
        counter = next(one for one in await self.db.consult(places.counters, hall_id) if one.number == number)
        seat = Seat(counter, StaffMember(number, CLERK_NAME, (Grant(Role.CLERK),), False))
        return (await self.db.transact(a_call, seat, clock.now())).number


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[House]:
    """Halls of several sizes behind one server."""
    folder = tmp_path_factory.mktemp("board")
    url = f"sqlite+aiosqlite:///{folder / 'hall.db'}"
    migrate.upgrade(url)
    db = await Database(url).open()
    await a_wall(db, "four", 4, GROUPS[:3])
    await a_wall(db, "twelve", 12, GROUPS, "双塔区政务服务大厅（示例）")
    await a_wall(db, "restarted", 12, GROUPS)
    await a_wall(db, "thirty", 30, LONG_GROUPS, "某某省某某市某某新区行政审批和政务服务中心")
    await a_wall(db, "nobody", 12, GROUPS, is_manned=False)
    with serving(url, folder, workers=1) as hall:
        yield House(url, folder, hall, db)
    await db.close()


async def opened(browser: Browser, house: House, hall_id: str, size: dict[str, int], base: str = "") -> Page:
    page = await browser.new_page(viewport=size, locale="zh-CN")  # type: ignore[arg-type]
    page.complaints = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.complaints.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda line: page.complaints.append(line.text))  # type: ignore[attr-defined]
    await page.goto(f"{base or house.hall.base}/board/{hall_id}")
    await expect(page.locator("#counters li").first).to_be_visible()
    return page


async def test_a_call_appears_without_a_reload_and_stands_out(browser: Browser, house: House, tmp_path: Path) -> None:
    page = await opened(browser, house, "twelve", WIDE)
    phone = await opened(browser, house, "twelve", PHONE)
    number = await house.call("twelve", 5)
    for seen in (page, phone):
        newest = seen.locator("#calls li").first
        await expect(newest).to_contain_text(number)
        await expect(newest).to_contain_text("请到5号窗口")
        await expect(newest).to_have_class("call arriving new")
        await expect(seen.locator("#counters li.called.new")).to_contain_text(number)
    for counter in (1, 3):
        number = await house.call("twelve", counter)
        await expect(page.locator("#calls .ticket").first).to_have_text(number)
    await page.wait_for_timeout(1500)  # the highlight has come to rest
    await page.screenshot(path=picture("board-wide.png", tmp_path))
    await phone.screenshot(path=picture("board-phone.png", tmp_path))
    assert page.complaints == phone.complaints == []  # type: ignore[attr-defined]
    await page.close()
    await phone.close()


async def test_the_newest_number_and_its_counter_can_be_read_from_eight_metres(browser: Browser, house: House) -> None:
    page = await opened(browser, house, "twelve", WIDE)
    size = "getComputedStyle(document.querySelector('{}')).fontSize"
    sizes = [float((await page.evaluate(size.format(what))).removesuffix("px"))
             for what in (".call .ticket", ".call .to b", "#counters .ticket", "#clock")]  # fmt: skip
    assert [size >= least for size, least in zip(sizes, (144, 96, 96, 60), strict=True)] == [True] * 4
    assert await page.evaluate(SMALLEST_TYPE) >= 24
    assert "约等0" not in await page.inner_text(".waiting")
    await page.close()


LINE = """(isDown) => { const line = document.querySelector('#stale');
  line.textContent = '和大厅的连接断了，下面是上午10:23的情况，正在重新连接'; line.hidden = !isDown;
  document.querySelector('#doors').textContent = '现在没有开门，11月30日（周一） 00:00 开门。'; }"""


@pytest.mark.parametrize("hall_id", ["four", "twelve", "thirty", "nobody"])
@pytest.mark.parametrize(
    "size", [WIDE, PHONE, {"width": 1366, "height": 768}, {"width": 1080, "height": 1920}], ids=str
)
async def test_everything_fits(
    browser: Browser, house: House, hall_id: str, size: dict[str, int], tmp_path: Path
) -> None:
    page = await opened(browser, house, hall_id, size)
    await page.evaluate("document.querySelectorAll('.minutes').forEach((el) => el.append('约等120–180分钟'))")
    if os.environ.get("RENEW_PICTURES") == "1":
        await page.screenshot(path=tmp_path / "fits.png", full_page=size == PHONE)
    for is_down in (False, True):  # the line that says how old the board is takes its room from the rest
        await page.evaluate(LINE, is_down)
        assert await page.evaluate(OVERFLOW) <= 0
        assert await page.evaluate(cut_off) == []
        if size == PHONE:
            assert await page.evaluate(SMALLEST_TYPE) >= 16
        else:
            assert await page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    # A hall that is shut says so where its calls would stand, and its line above them takes no room.
    await page.evaluate("document.querySelector('#doors').classList.add('said-below')")
    assert await page.evaluate("document.querySelector('.head').offsetHeight / innerHeight") < 0.15
    await page.close()


async def test_the_rule_is_told_a_line_at_a_time_on_the_wall_and_whole_on_a_phone(
    browser: Browser, house: House
) -> None:
    page = await opened(browser, house, "twelve", WIDE)
    phone = await opened(browser, house, "twelve", PHONE)
    lines = say(Rules())
    await expect(page.locator("#rule .shown")).to_be_visible()
    assert await page.locator("#rule .shown").text_content() in lines
    assert await page.locator("#rule span:visible").count() == 1
    assert await phone.locator("#rule span:visible").all_inner_texts() == list(lines)
    await page.close()
    await phone.close()


async def test_more_counters_than_fit_take_turns_on_the_wall_and_scroll_on_a_phone(
    browser: Browser, house: House
) -> None:
    page = await opened(browser, house, "thirty", WIDE)
    await expect(page.locator("#pages")).to_have_text("正在显示 1–15 号窗口，共 30 个窗口")
    await expect(page.locator("#pages")).to_have_text("正在显示 16–30 号窗口，共 30 个窗口", timeout=15_000)
    phone = await opened(browser, house, "thirty", PHONE)
    await expect(phone.locator("#counters li")).to_have_count(30)
    await page.close()
    await phone.close()


async def test_nobody_at_the_counters_is_said(browser: Browser, house: House) -> None:
    page = await opened(browser, house, "nobody", WIDE)
    await expect(page.locator("#calls")).to_have_text(
        "窗口还没有开始办理" if await is_open(page) else await doors(page)
    )
    await expect(page.locator("#counters li.closed .idle")).to_have_text(["未开放"] * 12)
    await page.close()


async def is_open(page: Page) -> bool:
    return "shut" not in (await page.locator("#doors").get_attribute("class") or "")


async def doors(page: Page) -> str:
    return await page.locator("#doors").text_content() or ""


async def test_no_sound_and_no_names(browser: Browser, house: House) -> None:
    page = await opened(browser, house, "twelve", WIDE)
    assert await page.locator("audio, video").count() == 0
    text = await page.locator("body").inner_text()
    assert CLERK_NAME not in text
    await page.close()


async def test_page_survives_a_restart_says_how_old_it_is_and_catches_up(
    browser: Browser, house: House, tmp_path: Path
) -> None:
    with ExitStack() as first:
        hall = first.enter_context(serving(house.url, tmp_path, workers=1))
        port = urlsplit(hall.base).port
        page = await opened(browser, house, "restarted", WIDE, hall.base)
        phone = await opened(browser, house, "restarted", PHONE, hall.base)
        await expect(page.locator("#stale")).to_be_hidden()
        for pid in (hall.master.pid, *hall.workers()):
            os.kill(pid, signal.SIGKILL)
        for seen in (page, phone):
            await expect(seen.locator("#stale")).to_contain_text("正在重新连接…", timeout=15_000)
            assert (await seen.locator("#stale").inner_text()).startswith("数据停在 ")
            assert await seen.evaluate(OVERFLOW) <= 0
        assert await page.evaluate(cut_off) == []
        await page.screenshot(path=picture("board-old.png", tmp_path))
        number = await house.call("restarted", 7)
        await expect(page.locator("#calls")).not_to_contain_text(f"{number}请到")
    with serving(house.url, tmp_path, workers=1, port=port):
        for seen in (page, phone):
            await expect(seen.locator("#stale")).to_be_hidden(timeout=30_000)
            await expect(seen.locator("#calls .ticket").first).to_have_text(number)
        await page.close()
        await phone.close()
