"""Alive, ready, and the numbers: for operators on the machine or its network, not through the public proxy."""

import json
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import pytest

from tests.servers import Hall, serving

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def hall(sqlite_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    with serving(sqlite_url, tmp_path_factory.mktemp("ops"), workers=1) as opened:
        yield opened


async def ask(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as http, http.request(method, url, headers=headers) as response:
        return response.status, await response.text()


async def test_alive_worker_says_so(hall: Hall) -> None:
    assert await ask(f"{hall.base}/healthz") == (200, "ok")


async def test_ready_worker_says_so_part_by_part(hall: Hall) -> None:
    status, body = await ask(f"{hall.base}/readyz")
    expected = {"ready": True, "database": "ok", "migrations": "ok", "index": "ok", "live": "ok"}
    assert (status, json.loads(body)) == (200, expected)


async def test_numbers_are_prometheus_text(hall: Hall) -> None:
    status, body = await ask(f"{hall.base}/metrics")
    assert status == 200
    assert "bangban_callbacks_total" in body
    assert "bangban_live_age_seconds" in body


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP"])
async def test_public_through_the_proxy_sees_nothing(hall: Hall, path: str, header: str) -> None:
    status, body = await ask(f"{hall.base}{path}", **{header: "203.0.113.9"})
    assert (status, body) == (403, "这里只给大厅的运维人员看，请从服务器本机或内网直接访问。")


async def test_unknown_address_is_a_sentence_and_under_api_json(hall: Hall) -> None:
    assert await ask(f"{hall.base}/nothing") == (404, "这里没有您要的页面，请检查地址。")
    status, body = await ask(f"{hall.base}/api/v1/nothing")
    expected = {"error": {"code": "not_found", "message": "这里没有您要的页面，请检查地址。", "details": {}}}
    assert (status, json.loads(body)) == (404, expected)
    assert "这里没有" in body


async def test_wrong_method_is_a_sentence(hall: Hall) -> None:
    assert await ask(f"{hall.base}/wechat", "DELETE") == (405, "这个地址不接受这种请求方式。")


async def test_unready_worker_says_which_part(tmp_path: Path, sqlite_url: str) -> None:
    import shutil
    import sqlite3

    copied = tmp_path / "copy.db"
    shutil.copy(sqlite_url.removeprefix("sqlite+aiosqlite:///"), copied)
    with serving(f"sqlite+aiosqlite:///{copied}", tmp_path, workers=1) as hall:
        with sqlite3.connect(copied) as db:
            db.execute("UPDATE alembic_version SET version_num = '0001'")
        status, body = await ask(f"{hall.base}/readyz")
        assert (status, json.loads(body)["migrations"]) == (503, "not current: run `bangban migrate`")
        assert await ask(f"{hall.base}/healthz") == (200, "ok")
