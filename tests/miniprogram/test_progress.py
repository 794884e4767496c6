"""Where a case stands: one's own, and with the receipt's code."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from cli import sample
from kit.ids import with_check
from tests.miniprogram.conftest import House, Opener

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]


async def test_ones_own_case_says_where_it_stands_and_what_to_bring(
    house: House, opened: Opener, tmp_path: Path
) -> None:
    phone = await opened("applicant", "pages/mine/mine")
    await phone.sees("现在没有在办的事")
    number = await house.a_case()
    await phone.page.evaluate("telephone.show()")
    await phone.sees("等您来办")
    await phone.picture("mine-case", tmp_path)
    await phone.tap("食品经营许可证核发")
    await phone.sees("现在等您")
    await phone.sees("营业执照")
    await phone.sees(number)
    await phone.picture("case", tmp_path)
    assert [step["state"] for step in (await phone.data())["found"]["steps"]] == ["received", "supplement"]
    assert await phone.serious_faults() == []


async def test_whoever_holds_the_receipt_reads_it_and_nobody_without_the_code(opened: Opener) -> None:
    case = sample.read().plan["case"][1]
    phone = await opened("passer-by")
    await phone.tap("查进度")
    await phone.tap("查一下")
    await phone.sees("请填回执或短信上的号。")
    await phone.fill("办件号、预约号或票号", with_check(case["body"]))
    await phone.fill("查询码", "XX9999")
    await phone.tap("查一下")
    await phone.sees("查询码不对")
    await expect(phone.screen).not_to_contain_text("经过")
    await phone.fill("查询码", case["code"])
    await phone.tap("查一下")
    await phone.sees("经过")
    assert (await phone.data())["found"]["number"] == with_check(case["body"])
