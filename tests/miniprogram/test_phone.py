"""The telephone for who has no developer tool: tools/phone.py hands out the pages and passes requests on."""

import pytest
from aiohttp import web
from playwright.async_api import Browser, expect

from tests.miniprogram.conftest import House
from tests.servers import free_port
from tools import phone

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]


async def test_the_telephone_is_served_beside_the_hall(house: House, browser: Browser) -> None:
    runner, port = web.AppRunner(phone.application(house.url)), free_port()
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    page = await browser.new_page()
    await page.goto(f"http://127.0.0.1:{port}/__phone/?citizen=guest")
    await expect(page.locator(".screen")).to_contain_text("双塔区政务服务大厅（示例）")
    await page.get_by_role("button", name="我的办事").click()
    await expect(page.locator(".screen:not([hidden])")).to_contain_text("现在没有在办的事")  # signed in
    await page.close()
    await runner.cleanup()
