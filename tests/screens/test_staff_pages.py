"""The staff pages in a browser, at a counter's screen and on a phone. RENEW_PICTURES=1 renews those in docs/pictures."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect
from sqlalchemy import delete

from hall.cases import service as cases
from hall.matters import service as matters
from hall.places import service as places
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE
from hall.staff.tables import staff_sessions
from kit import clock
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_matter
from tests.screens.test_try import browser
from tests.servers import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 375, "height": 812}
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
GOOD = "橘子 台阶 晚风 四十二"


@asynccontextmanager
async def hall_of(folder: Path) -> AsyncIterator[Database]:
    """The database the server has open."""
    db = await Database(f"sqlite+aiosqlite:///{folder / 'hall.db'}").open()
    yield db
    await db.close()


async def one_time(folder: Path, name: str, role: str, hall_id: str = EVERYWHERE) -> str:
    """Adds somebody; their password."""
    async with hall_of(folder) as db:
        return await db.transact(staff.add, name, role, clock.now(), hall_id)


async def enter(page: Page, url: str, name: str, password: str) -> None:
    """The first time: the one-time password, then one of their own."""
    await page.goto(f"{url}/staff/")
    await page.fill("#f-name", name)
    await page.fill("#f-password", password)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/account/password")
    await page.fill("#f-old", password)
    await page.fill("#f-new", GOOD)
    await page.fill("#f-again", GOOD)
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/staff/home")


async def serious(page: Page) -> list[str]:
    """What axe finds serious or critical."""
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:120]}"
        for one in found["violations"]
        if one["impact"] in ("serious", "critical")
    ]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def admin(browser: Browser, hall_url: str, hall_folder: Path) -> AsyncIterator[Page]:
    """Somebody who administers, at their desk."""
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await enter(page, hall_url, "管理员甲", await one_time(hall_folder, "管理员甲", "admin"))
        yield page


async def forget_sessions(folder: Path) -> None:
    async with hall_of(folder) as db, db.tx() as tx:
        await tx.run(delete(staff_sessions))


async def test_keys_lead_where_the_help_says(admin: Page, hall_url: str) -> None:
    await admin.goto(f"{hall_url}/staff/home")
    await admin.keyboard.press("?")
    await expect(admin.locator("#help")).to_contain_text("操作记录")
    assert await serious(admin) == []
    await admin.keyboard.press("Escape")
    await admin.keyboard.press("g")
    await admin.keyboard.press("p")
    await admin.wait_for_url("**/admin/staff")
    await admin.keyboard.press("Tab")
    await expect(admin.locator(".skip")).to_be_focused()


async def test_a_session_that_ends_loses_no_typed_text(admin: Page, hall_url: str, hall_folder: Path) -> None:
    await admin.goto(f"{hall_url}/staff/admin/staff")
    await admin.fill("#f-name", "打了一半的名字")
    await forget_sessions(hall_folder)
    await admin.get_by_role("button", name="添加，给出一次性密码").click()
    again = admin.get_by_role("dialog")
    await expect(again).to_contain_text("登录过期了")
    assert await serious(admin) == []
    await expect(admin.locator("#f-name")).to_have_value("打了一半的名字")
    await again.get_by_label("密码").fill("wrong-password")
    await again.get_by_role("button", name="登录并继续").click()
    await expect(again).to_contain_text("姓名或密码不对")
    await again.get_by_label("密码").fill(GOOD)
    await again.get_by_role("button", name="登录并继续").click()
    await expect(admin.locator(".one-time")).to_be_visible()
    await expect(admin.locator("main")).to_contain_text("打了一半的名字的一次性密码")
    await admin.reload()
    await expect(admin.locator(".one-time")).to_have_count(0)


async def test_a_lost_network_says_so_and_keeps_what_was_typed(admin: Page, hall_url: str) -> None:
    await admin.goto(f"{hall_url}/staff/admin/staff")
    await admin.fill("#f-name", "断网的人")
    await admin.context.set_offline(True)
    await admin.get_by_role("button", name="添加，给出一次性密码").click()
    await expect(admin.locator("#offline")).to_contain_text("网络断了")
    await admin.context.set_offline(False)
    await expect(admin.locator("#f-name")).to_have_value("断网的人")
    await admin.get_by_role("button", name="添加，给出一次性密码").click()
    await expect(admin.locator(".one-time")).to_be_visible()


async def test_a_bad_field_says_so_beside_itself(admin: Page, hall_url: str) -> None:
    await admin.goto(f"{hall_url}/staff/admin/staff")
    await admin.fill("#f-name", "管理员甲")
    await admin.get_by_role("button", name="添加，给出一次性密码").click()
    await expect(admin.locator("#notice")).to_contain_text("已经有叫“管理员甲”的工作人员了")
    await admin.evaluate("document.querySelector('#f-name').removeAttribute('required')")
    await admin.fill("#f-name", "")
    await admin.get_by_role("button", name="添加，给出一次性密码").click()
    await expect(admin.locator("#f-name + .beside-field")).to_have_text("这一项必须填。")
    await expect(admin.locator("#f-name")).to_be_focused()


async def a_case_elsewhere(tx: Tx) -> str:
    await places.found(tx, replace(HALL, id="elsewhere", name="别处的大厅"))
    matter = await a_matter(tx, await matters.add_group(tx, "elsewhere", "A", "企业开办"), "elsewhere-licence")
    return (await cases.open(tx, matter, clock.now(), citizen_id=None, applicant="王小明"))[0].number


async def test_a_clerk_at_an_admins_page_and_at_another_halls_case_gets_a_plain_no(
    browser: Browser, hall_url: str, hall_folder: Path
) -> None:
    async with hall_of(hall_folder) as db:
        theirs = await db.transact(a_case_elsewhere)
    async with await browser.new_context(viewport=DESK, locale="zh-CN") as context:  # type: ignore[arg-type]
        page = await context.new_page()
        await page.goto(f"{hall_url}/staff/")
        assert await serious(page) == []
        await enter(page, hall_url, "收件员甲", await one_time(hall_folder, "收件员甲", "clerk", "shuangta"))
        await expect(page.locator("nav")).not_to_contain_text("人员和角色")
        await page.goto(f"{hall_url}/staff/admin/staff")
        await expect(page.locator("main")).to_contain_text("这件事要系统管理员来做，收件员甲在这个大厅是窗口人员。")
        assert await serious(page) == []
        said = []
        for number in (theirs, "ST20201117000316"):  # the second is nobody's
            await page.goto(f"{hall_url}/staff/cases/{number}")
            said.append(await page.locator("main").inner_text())
        assert "没有" in said[0]
        assert said[0] == said[1]
