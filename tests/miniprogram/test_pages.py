"""Every page as it looks: nothing axe calls serious, nothing wider than the telephone, print and targets large enough."""

import json
from pathlib import Path

import pytest

from tests.miniprogram.conftest import Opener
from tests.miniprogram.telephone import MINIPROGRAM

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.asyncio(loop_scope="session")]

PAGES = json.loads((MINIPROGRAM / "app.json").read_text("utf-8"))["pages"]
QUERIES = {
    "matter": "?id=individual-registration&hall=shuangta",
    "book": "?matter=individual-registration&hall=shuangta",
    "ask": "?q=%E9%80%80%E7%A8%8E",
}
NEEDS_ONE = {"appointment", "ticket"}  # looked at where there is one: test_booking, test_queue
ON_TOP = "document.querySelector('.screen:not([hidden])')"
OVERFLOW = f"{ON_TOP}.scrollWidth - innerWidth"
SMALLEST_TYPE = f"""Math.min(...[...{ON_TOP}.querySelectorAll('*')]
  .filter((el) => el.checkVisibility() && [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim()))
  .map((el) => parseFloat(getComputedStyle(el).fontSize)))"""
SMALLEST_TARGET = f"""Math.min(...[...{ON_TOP}.querySelectorAll('button, input, textarea, [role=button]')]
  .filter((el) => el.checkVisibility()).map((el) => Math.min(el.offsetHeight, el.offsetWidth)))"""


@pytest.mark.parametrize("is_elderly", [False, True], ids=["plain", "large"])
async def test_every_page_can_be_read_and_tapped(opened: Opener, is_elderly: bool, tmp_path: Path) -> None:
    phone = await opened("reader")
    await phone.page.evaluate("(on) => wx.setStorageSync('elderly', on)", is_elderly)
    found = {}
    for path in PAGES:
        name = path.split("/")[-1]
        if name in NEEDS_ONE:
            continue
        await phone.go(f"/{path}{QUERIES.get(name, '')}")
        await phone.page.wait_for_function("!telephone.page().data.isReading && !telephone.page().data.isDoing")
        await phone.picture(f"{name}-large" if is_elderly else f"{name}-plain", tmp_path)
        assert await phone.page.evaluate(OVERFLOW) <= 0, name
        assert await phone.page.evaluate(SMALLEST_TYPE) >= (19 if is_elderly else 14), name
        assert await phone.page.evaluate(SMALLEST_TARGET) >= 44, name
        assert (await phone.data())["trouble"] == "", name
        found[name] = await phone.serious_faults()
    assert {name: faults for name, faults in found.items() if faults} == {}
