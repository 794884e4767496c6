"""A ticket whose place is seen to change, and the rating after it."""

from pathlib import Path

import pytest
from playwright.async_api import expect

from tests.miniprogram.conftest import House, Opener

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]


async def test_a_place_in_the_queue_moves_as_staff_call_and_is_rated_when_it_is_over(
    house: House, opened: Opener, tmp_path: Path
) -> None:
    first = await opened("early")
    await first.tap("现场取号")
    await first.tap("E 医保")
    await first.tap("取 E 类的号")
    await first.sees("下一位就是您")
    phone = await opened("waiter")
    await phone.tap("现场取号")
    await phone.tap("取号")
    await phone.sees("请先选办哪一类。")
    await phone.tap("E 医保")
    await phone.tap("老年人")
    await phone.picture("take", tmp_path)
    await phone.tap("老年人")
    await phone.tap("取 E 类的号")
    await phone.sees("前面还有 1 位")
    await phone.picture("ticket", tmp_path)
    await house.call(9)
    await expect(phone.screen).to_contain_text("下一位就是您", timeout=10_000)
    number = await house.call(9)
    await expect(phone.screen).to_contain_text("叫到您了", timeout=10_000)
    await phone.sees("请到 9 号窗口")
    assert number == (await phone.data())["number"]
    assert "vibrateLong" in await phone.page.evaluate("asked")
    await phone.picture("called", tmp_path)
    assert await phone.serious_faults() == []
    await house.serve(9)
    await expect(phone.button("评价这次服务")).to_be_visible(timeout=10_000)
    await phone.tap("评价这次服务")
    await phone.tap("提交评价")
    await phone.sees("请先选一个评价。")  # nothing is chosen beforehand
    await phone.tap("不满意")
    await phone.tap("请给我回个电话")
    await phone.fill("打哪个电话", "13800000001")
    await phone.fill("还想说的", "等了很久")
    await phone.picture("rate", tmp_path)
    await phone.tap("提交评价")
    await phone.sees("对不起")
    await phone.tap("看我的办事")
    await phone.sees("看以前的")
    assert (await phone.data())["waiting"] == []


async def test_a_place_that_cannot_be_read_says_how_old_it_is_and_comes_back(opened: Opener) -> None:
    phone = await opened("tunnel")
    await phone.tap("现场取号")
    await phone.tap("F 不动产与公积金")
    await phone.tap("取 F 类的号")
    await phone.sees("下一位就是您")
    await phone.line(is_up=False)
    await expect(phone.screen).to_contain_text("正在重新连接", timeout=10_000)
    await phone.sees("下一位就是您")
    await phone.line(is_up=True)
    await expect(phone.screen).not_to_contain_text("正在重新连接", timeout=15_000)
    await phone.tap("不办了，退号")
    await phone.page.get_by_role("dialog").get_by_role("button", name="退号").click()
    await expect(phone.button("不办了，退号")).to_have_count(0)
    assert (await phone.data())["ticket"]["state"] == "left"
