"""/try in a browser, as a newcomer uses it. RENEW_PICTURES=1 renews the pictures in docs/pictures."""

import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, Page, Route, async_playwright, expect

from kit.clock import day_of
from tests.servers import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]

FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PHONE, WIDE = (375, 812), (1920, 1080)
TAX = "个体户一个月卖9万要交增值税吗"
BOOKING = "我想下周三上午预约办营业执照"
CASE = "进度 ST20261117000316 BZ4567"
OVERFLOW = "document.documentElement.scrollWidth - innerWidth"
SMALLEST_TYPE = """Math.min(...[...document.querySelectorAll("body *")]
  .filter((el) => el.checkVisibility() && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield started
        await started.close()


class Tab:
    """A fresh tab on /try; what the browser complained about is in `complaints`."""

    def __init__(self, page: Page) -> None:
        self.page, self.complaints = page, list[str]()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if line.type == "error" else None)

    @property
    def answers(self) -> Locator:
        return self.page.locator(".said.bot .bubble")

    @property
    def beside(self) -> Locator:
        return self.page.locator("#why")

    async def say(self, text: str) -> Locator:
        """Types it, sends it, and waits for the answer that follows."""
        before = await self.answers.count()
        await self.page.fill("#text", text)
        await self.page.press("#text", "Enter")
        await expect(self.answers).to_have_count(before + 1)
        return self.answers.last

    async def fits(self) -> None:
        assert await self.page.evaluate(OVERFLOW) <= 0
        await expect(self.page.locator("#text")).to_be_in_viewport(ratio=1)

    async def log(self) -> list[str]:
        return await self.page.locator("#log .bubble").all_inner_texts()


@pytest_asyncio.fixture(loop_scope="module")
async def wide(browser: Browser, hall_url: str) -> AsyncIterator[Tab]:
    async with await browser.new_context(viewport={"width": WIDE[0], "height": WIDE[1]}, locale="zh-CN") as context:
        tab = Tab(await context.new_page())
        await tab.page.goto(f"{hall_url}/try")
        yield tab


@pytest_asyncio.fixture(loop_scope="module")
async def phone(browser: Browser, hall_url: str) -> AsyncIterator[Tab]:
    size = {"width": PHONE[0], "height": PHONE[1]}
    async with await browser.new_context(viewport=size, locale="zh-CN", has_touch=True) as context:  # type: ignore[arg-type]
        tab = Tab(await context.new_page())
        await tab.page.goto(f"{hall_url}/try")
        yield tab


def picture(name: str, tmp_path: Path) -> Path:
    return (ROOT / "docs" / "pictures" if os.environ.get("RENEW_PICTURES") == "1" else tmp_path) / name


# ------------------------------------------------------------------------------------------------ the three sentences


async def test_a_question_is_answered_and_the_reason_stands_beside_it(wide: Tab, tmp_path: Path) -> None:
    answer = await wide.say(TAX)
    await expect(answer).to_contain_text("财政部 税务总局公告2026年第10号")
    await expect(wide.beside).to_contain_text("依据文号财政部 税务总局公告2026年第10号")
    await expect(wide.beside).to_contain_text(f"按哪一天答{day_of(datetime.now(UTC))}")
    await expect(wide.beside).to_contain_text("规定的有效期2026-01-01 至 2027-12-31")
    await expect(wide.beside).to_contain_text("读出的销售额90000元，一个月")
    await wide.fits()
    await wide.page.screenshot(path=picture("try-wide.png", tmp_path))
    assert wide.complaints == []


async def test_a_booking_is_begun(wide: Tab) -> None:
    await expect(await wide.say(BOOKING)).to_contain_text("您要办的是哪一件？回复数字：")
    await expect(wide.beside).to_contain_text("听成了要预约")


async def test_a_case_is_told_from_the_chip(wide: Tab) -> None:
    await wide.page.get_by_role("button", name=CASE).click()
    await expect(wide.answers).to_contain_text("现在：补正")
    assert (await wide.log())[0] == CASE


# ------------------------------------------------------------------------------------------------ people and days


async def test_each_citizen_has_a_conversation_of_their_own_that_outlives_a_reload(wide: Tab) -> None:
    await wide.say("退税")
    await wide.page.get_by_label("李姐").check()
    assert await wide.log() == []
    await expect(await wide.say("1")).not_to_contain_text("留抵")  # nothing was offered to her
    await wide.page.get_by_label("王大爷").check()
    mine = await wide.log()
    await wide.page.reload()
    assert await wide.log() == mine
    await expect(await wide.say("1")).to_contain_text("留抵")


async def test_another_day_is_answered_by_the_rules_of_that_day(wide: Tab) -> None:
    await wide.page.fill("#today", "2022-06-15T10:00")
    await expect(await wide.say("小规模免税")).to_contain_text("财政部 税务总局公告2022年第15号")
    await expect(wide.beside).to_contain_text("按哪一天答2022-06-15")
    await expect(wide.page.locator("#log .time")).to_have_text("2022年6月15日 10:00")
    await expect(wide.page.locator("#who")).to_have_text("您是王大爷 · 今天算 2022年6月15日 10:00")
    await wide.page.click("#now")
    await wide.say("小规模免税")
    await expect(wide.beside).to_contain_text(f"按哪一天答{day_of(datetime.now(UTC))}")


async def test_a_newcomer_follows_is_greeted_and_leaves_again(wide: Tab) -> None:
    await wide.page.get_by_label("新来的").check()
    await expect(wide.page.locator("#text")).to_be_hidden()
    await wide.page.get_by_role("button", name="关注公众号").click()
    await expect(wide.answers).to_contain_text("您好，我是帮办")
    await wide.page.get_by_role("button", name="取消关注").click()
    await expect(wide.page.locator("#log .note").last).to_contain_text("取消关注没有回复")
    await expect(wide.page.locator("#text")).to_be_hidden()


# ------------------------------------------------------------------------------------------------ ways of speaking


async def test_a_voice_message_shows_what_was_heard(wide: Tab) -> None:
    await wide.page.get_by_role("button", name="改发语音").click()
    await expect(await wide.say("小规模免税")).to_contain_text("2026年第10号")
    await expect(wide.page.locator(".said.me .heard")).to_have_text("语音识别：小规模免税")


async def test_the_menu_works_from_the_keyboard(wide: Tab) -> None:
    await wide.page.fill("#today", "2026-11-24T10:00")  # a Tuesday, in opening hours
    await wide.page.get_by_role("button", name="办事").focus()
    await wide.page.keyboard.press("Enter")
    await wide.page.keyboard.press("Tab")
    await wide.page.keyboard.press("Enter")  # the second of three: 取号
    await expect(wide.page.locator("#log .note").last).to_have_text("您点了菜单“取号”。")
    await expect(wide.answers).to_contain_text("您来办哪一类？")
    await expect(wide.page.get_by_role("button", name="我的预约")).to_be_hidden()


async def test_what_people_write_is_text_and_never_markup(wide: Tab) -> None:
    await wide.say("<img src=x onerror=alert(1)><b>免税</b>")
    assert (await wide.log())[0] == "<img src=x onerror=alert(1)><b>免税</b>"
    assert await wide.page.locator("#log img, #log b").count() == 0
    assert wide.complaints == []


async def test_nothing_is_lost_while_the_server_is_away(wide: Tab) -> None:
    async def break_off(route: Route) -> None:
        await route.abort()

    await wide.page.route("**/try/say", break_off)
    await wide.page.fill("#text", TAX)
    await wide.page.click("#send")
    await expect(wide.page.get_by_role("alert")).to_have_text("连不上，过几秒再发。您的话还在，没有丢。")
    await expect(wide.page.locator("#text")).to_have_value(TAX)
    assert await wide.log() == []
    await wide.page.unroute("**/try/say")
    await wide.page.click("#send")
    await expect(wide.answers).to_contain_text("2026年第10号")
    await expect(wide.page.get_by_role("alert")).to_have_text("")


async def test_a_late_answer_is_said_to_be_late(wide: Tab) -> None:
    async def late(route: Route) -> None:
        await route.fulfill(json={"reply": "", "kind": "success", "why": None})

    await wide.page.route("**/try/say", late)
    await wide.page.fill("#text", TAX)
    await wide.page.press("#text", "Enter")
    await expect(wide.page.locator("#log .note").last).to_contain_text("稍后的答复会以客服消息发出")


# ------------------------------------------------------------------------------------------------ on a phone


async def test_everything_fits_a_phone(phone: Tab, tmp_path: Path) -> None:
    await phone.fits()
    await phone.say("12345678901234567890" * 10)
    await phone.fits()
    answer = await phone.say(TAX)
    await phone.fits()
    await expect(answer).to_be_in_viewport()
    await phone.page.screenshot(path=picture("try-phone.png", tmp_path))
    await phone.page.locator(".why-open").last.click()
    await expect(phone.page.locator("#log .why")).to_contain_text("财政部 税务总局公告2026年第10号")
    await phone.fits()
    await phone.page.get_by_role("button", name="查进度").click()
    await expect(phone.page.get_by_role("button", name="转人工")).to_be_in_viewport(ratio=1)
    await phone.fits()
    assert await phone.page.evaluate(SMALLEST_TYPE) >= 14
    assert phone.complaints == []


async def test_people_and_days_are_one_touch_away_on_a_phone(phone: Tab) -> None:
    await phone.page.get_by_role("button", name="换人 · 日期").tap()
    await phone.page.get_by_label("赵会计").check()
    await expect(phone.page.locator("#who")).to_have_text("您是赵会计 · 今天")
    assert await phone.page.evaluate(OVERFLOW) <= 0
    await phone.page.keyboard.press("Escape")
    await expect(phone.page.locator("#panel")).to_be_hidden()


async def test_the_page_is_fine_without_weui(browser: Browser, hall_url: str) -> None:
    async def missing(route: Route) -> None:
        await route.fulfill(status=404)

    async with await browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]}) as context:
        tab = Tab(await context.new_page())
        await tab.page.route("**/weui.css", missing)
        await tab.page.goto(f"{hall_url}/try")
        await tab.say(TAX)
        await tab.fits()
