"""Questions answered with their documents, policies for whom one is, large print, and leaving nothing behind."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.miniprogram.conftest import Opener

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]


async def test_a_question_is_answered_with_document_issuer_and_validity(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("asker")
    await phone.fill("想问什么", "个体户一个月卖9万要交增值税吗")
    await phone.picture("home", tmp_path)
    await phone.tap("问一问")
    await phone.sees("财政部 税务总局公告2026年第10号")
    await phone.sees("2026年1月1日至2027年12月31日")
    await phone.picture("ask", tmp_path)


async def test_a_suggestion_is_tapped_and_answered(opened: Opener) -> None:
    phone = await opened("unsure")
    await phone.go("/pages/ask/ask")
    await phone.fill("想问什么", "退税")
    await phone.tap("问")
    suggestions = phone.screen.locator(".suggestions button")
    await expect(suggestions.first).to_be_visible()
    wanted = await suggestions.first.inner_text()
    await suggestions.first.click()
    await expect(phone.screen.locator(".asked").first).to_have_text(wanted)
    await phone.sees("依据：")


async def test_a_question_asked_without_a_line_is_still_there(opened: Opener) -> None:
    phone = await opened("cut-off")
    await phone.go("/pages/ask/ask")
    await phone.line(is_up=False)
    await phone.fill("想问什么", "怎么开发票")
    await phone.tap("问")
    await phone.sees("您填的都还在")
    await expect(phone.screen.get_by_label("想问什么")).to_have_value("怎么开发票")


async def test_who_one_is_says_which_policies_are_shown_and_why(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("taxpayer", "pages/profile/profile")
    await phone.tap("我能享受的税收政策")
    await phone.sees("选好后，这里列出")
    await phone.tap("增值税小规模纳税人")
    await phone.sees("财政部 税务总局公告2026年第10号")
    await expect(phone.button("✓ 增值税小规模纳税人")).to_be_visible()
    assert all("小规模纳税人" in one["why"] for one in (await phone.data())["policies"])
    await phone.picture("policies", tmp_path)
    await phone.tap("返回")
    await phone.tap("我能享受的税收政策")
    await expect(phone.button("✓ 增值税小规模纳税人")).to_be_visible()  # the server remembers


async def test_large_print_is_larger_shows_less_and_stays(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("elder")
    await phone.sees("现在多少人在等")
    size = "parseFloat(getComputedStyle(document.querySelector('.screen:not([hidden]) button.entry')).fontSize)"
    plain = await phone.page.evaluate(size)
    await phone.tap("个人")
    await phone.tap("大字版")
    await phone.page.reload()
    await expect(phone.button("现场取号")).to_be_visible()
    assert await phone.page.evaluate(size) >= 1.3 * plain
    await expect(phone.screen).not_to_contain_text("现在多少人在等")
    await phone.picture("large", tmp_path)


async def test_a_phone_is_given_by_wechat_and_shown_masked(opened: Opener) -> None:
    phone = await opened("caller", "pages/profile/profile")
    await phone.sees("还没有登记")
    await phone.tap("用微信的手机号登记")
    await phone.sees("138****0001")
    await phone.page.evaluate("telephone.phoneAnswer = { errMsg: 'getPhoneNumber:fail user deny' }")
    await phone.tap("换成微信的手机号")
    await expect(phone.page.locator("#over")).to_contain_text("不登记也能办事")


async def test_a_notice_that_is_not_wanted_is_turned_off_and_stays_off(opened: Opener) -> None:
    phone = await opened("quiet", "pages/profile/profile")
    await phone.tap("快轮到您了")
    await expect(phone.button("快轮到您了")).to_contain_text("关")
    await phone.page.evaluate("telephone.show()")
    await phone.page.wait_for_function("!telephone.page().data.isReading")
    assert [one["isOn"] for one in (await phone.data())["notices"]].count(False) == 1


async def test_what_is_known_of_a_person_is_deleted_after_a_clear_yes(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("leaver", "pages/home/home")
    await phone.go("/pages/policies/policies")
    await phone.tap("个体工商户")
    await expect(phone.button("✓ 个体工商户")).to_be_visible()
    await phone.tap("返回")
    await phone.tap("个人")
    await phone.picture("profile", tmp_path)
    await phone.tap("删除我的数据")
    await phone.page.get_by_role("dialog").get_by_role("button", name="不删").click()
    await phone.tap("删除我的数据")
    await phone.page.get_by_role("dialog").get_by_role("button", name="全部删除").click()
    await expect(phone.page.get_by_role("dialog")).to_contain_text("都删掉了")
    await phone.page.get_by_role("dialog").get_by_role("button", name="确定").click()
    assert await phone.page.evaluate("wx.getStorageInfoSync().keys.filter((key) => !key.startsWith('kept'))") == []
    await phone.go("/pages/policies/policies")
    await phone.sees("选好后，这里列出")
