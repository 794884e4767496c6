"""From the guide to a booking, and what becomes of it: seen, moved, cancelled; on a line that breaks too."""

import re
from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.miniprogram.conftest import Opener
from tests.miniprogram.telephone import Telephone

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]

LICENCE = "/pages/book/book?matter=individual-registration&hall=shuangta"
TIME = re.compile(r"^\d\d:\d\d–\d\d:\d\d")


async def fill_in(phone: Telephone, name: str = "王小明", number: str = "13800000001") -> None:
    await phone.screen.get_by_role("button", name=TIME).first.click()
    await phone.fill("姓名", name)
    await phone.fill("手机号", number)


async def booked_number(phone: Telephone) -> str:
    await phone.sees("预约号")
    number: str = (await phone.data())["done"]["number"]
    return number


async def test_a_matter_is_found_booked_seen_moved_and_cancelled(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("booker", "pages/guide/guide")
    await phone.fill("要办什么事", "个体户营业执照")
    await phone.tap("查")
    await phone.tap("个体工商户设立登记")
    await phone.sees("要带的材料")
    await phone.picture("matter", tmp_path)
    await phone.tap("预约办理")
    await fill_in(phone)
    await phone.picture("book", tmp_path)
    await phone.tap("确定预约")
    number = await booked_number(phone)
    await phone.tap("看我的办事")
    await phone.sees("个体工商户设立登记")
    await phone.picture("mine", tmp_path)
    await phone.tap("个体工商户设立登记")
    await phone.sees(number)
    await phone.sees("到了给导办台扫一扫")
    assert await phone.serious_faults() == []
    before = (await phone.data())["appointment"]["slot_id"]
    await phone.tap("改时间")
    await phone.sees("原来的时间一直给您留着")
    await phone.screen.get_by_role("button", name=TIME).last.click()
    await phone.tap("改到这个时间")
    await phone.sees("时间改好了")
    await phone.tap("返回")
    await phone.page.wait_for_function(f"telephone.page().data.appointment.slot_id !== {before}")
    await phone.sees(number)
    await phone.tap("取消预约")
    await phone.page.get_by_role("dialog").get_by_role("button", name="不取消").click()
    await phone.sees("已预约")
    await phone.tap("取消预约")
    await phone.page.get_by_role("dialog").get_by_role("button", name="取消预约").click()
    await phone.sees("已取消")
    await expect(phone.button("改时间")).to_have_count(0)


async def test_what_is_wrong_stands_beside_its_field(opened: Opener) -> None:
    phone = await opened("wrong", "pages/home/home")
    await phone.go(LICENCE)
    await phone.tap("确定预约")
    await phone.sees("请先选一个时间。")
    await fill_in(phone, "", "1380000")
    await phone.tap("确定预约")
    await phone.sees("请填来办事的人的姓名。")
    await phone.sees("请填 11 位手机号。")
    await phone.tap("替单位")
    await phone.fill("姓名", "王小明")
    await phone.fill("手机号", "13800000001")
    await phone.fill("单位全称", "示例有限公司")
    await phone.fill("统一社会信用代码", "91210000000000000X")
    await phone.tap("确定预约")
    await expect(phone.screen.locator(".bad")).to_have_count(1)  # the server's own sentence
    assert list((await phone.data())["wrong"]) == ["credit_code"]


async def test_a_dead_line_loses_no_form(opened: Opener, tmp_path: Path) -> None:
    phone = await opened("offline", "pages/home/home")
    await phone.go(LICENCE)
    await fill_in(phone, "李线断")
    await phone.line(is_up=False)
    await phone.tap("确定预约")
    await phone.sees("现在连不上网，没有办成。您填的都还在")
    await phone.picture("offline", tmp_path)
    await phone.page.reload()
    await phone.go(LICENCE)
    await phone.sees("上次没填完的还在")
    await expect(phone.screen.get_by_label("姓名", exact=True)).to_have_value("李线断")
    await phone.screen.get_by_role("button", name=TIME).first.click()
    await phone.tap("确定预约")
    await booked_number(phone)
    assert await phone.page.evaluate("wx.getStorageInfoSync().keys.filter((key) => /draft|key:/.test(key))") == []


async def test_an_answer_lost_on_the_way_books_once(opened: Opener) -> None:
    phone = await opened("unheard", "pages/home/home")
    await phone.go(LICENCE)
    await fill_in(phone)
    await phone.page.evaluate("telephoneLine.losesAnswers = true")
    await phone.tap("确定预约")
    await phone.sees("现在连不上网，没有办成")
    await phone.page.evaluate("telephoneLine.losesAnswers = false")
    await phone.tap("确定预约")
    number = await booked_number(phone)
    await phone.tap("看我的办事")
    await expect(phone.button("个体工商户设立登记")).to_have_count(1)
    assert [one["number"] for one in (await phone.data())["appointments"]] == [number]


async def test_the_guide_is_there_without_a_line_and_says_how_old_it_is(opened: Opener) -> None:
    phone = await opened("old-guide", "pages/guide/guide")
    await phone.go("/pages/matter/matter?id=individual-registration&hall=shuangta")
    await phone.sees("要带的材料")
    await phone.tap("返回")
    await phone.line(is_up=False)
    await phone.go("/pages/matter/matter?id=individual-registration&hall=shuangta")
    await phone.sees("现在没有网络，下面是今天")
    await phone.sees("要带的材料")
    await phone.go("/pages/matter/matter?id=company-registration&hall=shuangta")
    await phone.sees("现在连不上网，读不出来")
    await phone.line(is_up=True)
    await phone.tap("再试一次")
    await phone.sees("有限责任公司设立登记")


async def test_a_file_of_the_guide_is_opened(opened: Opener) -> None:
    phone = await opened("printer")
    await phone.go("/pages/matter/matter?id=food-business-licence&hall=shuangta")
    await phone.tap("食品经营许可证核发材料清单（示例）")
    await phone.page.wait_for_function("asked.length")
    assert await phone.page.evaluate("asked") == ["document pdf"]


async def test_a_session_that_ended_is_begun_anew_without_a_word(opened: Opener) -> None:
    phone = await opened("returning", "pages/mine/mine")
    await phone.sees("现在没有在办的事")
    token = await phone.page.evaluate("wx.getStorageSync('session').token")
    await phone.page.evaluate(
        "wx.setStorageSync('session', {token: 'x'.repeat(43), expires_at: '2099-01-01T00:00:00+08:00'})"
    )
    await phone.page.evaluate("telephone.show()")
    await phone.page.wait_for_function("wx.getStorageSync('session').token !== 'x'.repeat(43)")
    await phone.sees("现在没有在办的事")
    assert await phone.page.evaluate("wx.getStorageSync('session').token") != token
