"""/docs in a browser: the doors laid out in Chinese under a policy that lets nothing else in, and no other host asked."""

from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, expect

from tests.screens.test_try import OVERFLOW, PHONE, Tab, browser

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="module")]
__all__ = ["browser"]


async def test_doors_are_laid_out_and_no_other_host_is_asked(browser: Browser, hall_url: str) -> None:
    page = await browser.new_page(viewport={"width": PHONE[0], "height": PHONE[1]})
    tab, asked = Tab(page), set[str]()
    page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    await page.goto(f"{hall_url}/docs")
    book = page.locator("#operations-预约-appointments_book")
    await expect(book).to_contain_text("预约一个号", timeout=20_000)
    await book.locator(".opblock-summary-control").click()
    await expect(book).to_contain_text("slot_full", timeout=20_000)
    assert asked <= {urlsplit(hall_url).netloc, ""}  # "": data: addresses of icons
    assert tab.complaints == []
    assert await page.evaluate(OVERFLOW) <= 0
    await page.close()
