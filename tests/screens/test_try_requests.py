"""The doors of /try, without a browser."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from cli import sample
from kit.ids import with_check
from tests.sample_hall import serving

pytestmark = pytest.mark.server


@pytest.fixture
async def http(hall_url: str) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(hall_url) as session:
        yield session


async def said(http: aiohttp.ClientSession, text: str = "你好", **changes: Any) -> tuple[int, Any]:
    body = {"citizen": "test-1", "kind": "text", "text": text, **changes}
    async with http.post("/try/say", json=body) as response:
        return response.status, await (response.json() if response.status == 200 else response.text())


async def test_a_question_goes_through_the_callback_and_comes_back_with_its_reason(http: aiohttp.ClientSession) -> None:
    status, answer = await said(http, "个体户一个月卖9万要交增值税吗", on="2026-11-23")
    assert (status, set(answer), answer["kind"]) == (200, {"reply", "kind", "why"}, "text")
    assert "财政部 税务总局公告2026年第10号" in answer["why"]["doc_nos"]
    assert answer["why"]["on"] == "2026-11-23"


async def test_the_longest_message_comes_back_with_its_reason(http: aiohttp.ClientSession) -> None:
    status, answer = await said(http, "小规模纳税人免税政策是怎么规定的" * 37)
    assert (status, answer["kind"], answer["why"]["intent"]) == (200, "text", "question")


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"citizen": "O_REAL openid"}, "这条消息没有发出去：不知道是谁发的。请刷新页面再试。"),
        ({"citizen": None}, "这条消息没有发出去：不知道是谁发的。请刷新页面再试。"),
        ({"kind": "video"}, "这条消息没有发出去：只会发这几种：text、voice、click、subscribe、unsubscribe、image。"),
        ({"kind": ["text"]}, "这条消息没有发出去：只会发这几种：text、voice、click、subscribe、unsubscribe、image。"),
        ({"text": 7}, "这条消息没有发出去：只会发这几种：text、voice、click、subscribe、unsubscribe、image。"),
        ({"on": "昨天"}, "这条消息没有发出去：日期请选 2000 年到 2099 年之间的一天。"),
        ({"on": "1999-12-31"}, "这条消息没有发出去：日期请选 2000 年到 2099 年之间的一天。"),
        ({"on": "0001-01-01T00:00"}, "这条消息没有发出去：日期请选 2000 年到 2099 年之间的一天。"),
        ({"on": 20221231}, "这条消息没有发出去：日期请选 2000 年到 2099 年之间的一天。"),
    ],
)
async def test_what_the_page_would_not_send_is_refused_in_a_sentence(
    http: aiohttp.ClientSession, changes: dict[str, Any], sentence: str
) -> None:
    assert await said(http, **changes) == (400, sentence)


async def test_a_form_of_another_site_cannot_speak(http: aiohttp.ClientSession) -> None:
    async with http.post(
        "/try/say", data='{"citizen": "a", "kind": "text"}', headers={"Content-Type": "text/plain"}
    ) as r:
        assert (r.status, await r.text()) == (400, "这条消息没有发出去：要发 JSON。请用 /try 页面发。")


async def test_a_broken_body_is_refused_in_a_sentence(http: aiohttp.ClientSession) -> None:
    async with http.post("/try/say", data="{", headers={"Content-Type": "application/json"}) as response:
        assert (response.status, await response.text()) == (400, "这个请求我没看懂，请检查后再试一次。")


async def test_a_body_over_64_kb_is_refused(http: aiohttp.ClientSession) -> None:
    assert await said(http, "长" * 30_000) == (413, "发来的内容太大了，请减少后再试。")


async def test_a_message_the_callback_finds_too_large_is_refused_in_its_words(http: aiohttp.ClientSession) -> None:
    assert await said(http, "a" * 55_000) == (502, "消息没有被收下：消息太大，没有处理。（/wechat 回了 413）")


async def test_the_page_lets_nothing_from_elsewhere_in(http: aiohttp.ClientSession) -> None:
    async with http.get("/try") as response:
        policy, page = response.headers["Content-Security-Policy"], await response.text()
    assert policy == "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    assert re.findall(r'(?:src|href)="(?!/try/assets/)', page) == []
    assert re.findall(r"<script(?![^>]* src=)|<style|\sstyle=|\son\w+=", page) == []
    assert "<h1>双塔区政务服务大厅（示例）</h1>" in page


async def test_the_assets_are_there_and_nothing_else_of_the_folder(http: aiohttp.ClientSession) -> None:
    statuses = {}
    for name in (
        "simulator.css",
        "simulator.js",
        "simulator_why.js",
        "simulator.svg",
        "weui.css",
        "../app.py",
        "x.css",
    ):
        async with http.get(f"/try/assets/{name}") as response:
            statuses[name] = response.status
    assert statuses == {
        "simulator.css": 200, "simulator.js": 200, "simulator_why.js": 200, "simulator.svg": 200, "weui.css": 200,
        "../app.py": 404, "x.css": 404,
    }  # fmt: skip


async def test_the_case_the_page_offers_is_one_of_the_sample_hall(http: aiohttp.ClientSession) -> None:
    async with http.get("/try") as response:
        offered = re.findall(r"<button[^>]*>(进度 .*?)</button>", await response.text())
    known = [f"进度 {with_check(case['body'])} {case['code']}" for case in sample.read().plan["case"]]
    assert [one for one in offered if one not in known] == []
    assert len(offered) == 1


async def test_nothing_answers_under_try_when_the_demo_is_off(hall_url: str, hall_folder: Path) -> None:
    statuses = []
    with serving(hall_folder, demo=False) as url:
        async with aiohttp.ClientSession(url) as http:
            for path in ("/try", "/try/", "/try/assets/simulator.js"):
                async with http.get(path) as response:
                    statuses.append((response.status, await response.text()))
            statuses.append(await said(http))
    assert statuses == [(404, "这里没有您要的页面，请检查地址。")] * 4
