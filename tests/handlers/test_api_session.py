"""POST and DELETE /session: WeChat says who it is, then our own token does."""

import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from hall.citizens import service as citizens
from hall.citizens import sessions
from hall.citizens.tables import citizens as table
from handlers.api import visitors
from kit.db import Database, metadata
from kit.wechat import WeChatApi
from tests.hall.builders import MONDAY, a_citizen
from tests.handlers.api import Answer, Caller, Clock, open_api
from tests.servers import APP_ID, APP_SECRET, FakeWeChat, fake_wechat

LOGIN = "/sns/jscode2session"


@pytest.fixture(scope="module")
def platform() -> Iterator[FakeWeChat]:
    with fake_wechat() as fake:
        yield fake


@asynccontextmanager
async def with_wechat(db: Database, base: str, **more: Any) -> AsyncIterator[Caller]:
    program = WeChatApi(APP_ID, APP_SECRET, base)
    await program.open()
    async with open_api(db, Clock(), program.openid_of, **{"demo": False, **more}) as caller:
        yield caller
    await program.close()


@pytest.fixture
async def api(sqlite_db: Database, platform: FakeWeChat) -> AsyncIterator[Caller]:
    platform.forget()
    async with with_wechat(sqlite_db, platform.base) as caller:
        yield caller


def a_code(name: str = "alice") -> str:
    """A fresh code of one person's."""
    return f"{name}-{uuid4().hex}"


async def login(api: Caller, code: str, **headers: str) -> Answer:
    return await api("POST", "/session", {"code": code}, **headers)


async def test_login_gives_a_token_that_opens_the_doors(api: Caller) -> None:
    answer = await login(api, a_code())
    assert (answer.status, set(answer.body)) == (201, {"token", "expires_at", "citizen"})
    assert answer.body["expires_at"] == "2026-12-23T10:00:00+08:00"
    assert answer.body["citizen"] == {"name": None, "phone": None}
    assert answer.headers["Cache-Control"] == "no-store"
    assert (await replace(api, token=answer.body["token"])("GET", "/appointments")).status == 200


async def test_known_citizen_is_greeted_with_name_and_phone_masked(api: Caller, sqlite_db: Database) -> None:
    await login(api, a_code())
    async with sqlite_db.tx() as tx:
        citizen_id = await tx.value(select(func.max(table.c.id)))
        await citizens.remember(tx, citizen_id, "王小明", "13800000001")
    assert (await login(api, a_code())).body["citizen"] == {"name": "王*明", "phone": "138****0001"}


async def test_session_key_never_leaves(
    api: Caller, platform: FakeWeChat, sqlite_db: Database, caplog: pytest.LogCaptureFixture
) -> None:
    """Neither to the caller, nor into a log, nor into any table."""
    with caplog.at_level(logging.DEBUG):
        answer = await login(api, a_code())
    key = platform.calls(LOGIN)[0]["answer"]["session_key"]
    assert key not in str(answer)
    assert key not in caplog.text
    assert APP_SECRET not in caplog.text
    async with sqlite_db.read() as tx:
        kept = {name: repr(await tx.all(select(table))) for name, table in metadata.tables.items()}
    assert [name for name, rows in kept.items() if key in rows] == []


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [("bad-1", 401, "bad_code"), ("blocked-1", 403, "login_blocked"), ("busy-1", 503, "login_unavailable")],
)
async def test_refusal_of_wechat_is_a_sentence(api: Caller, code: str, status: int, said: str) -> None:
    answer = await login(api, code)
    assert (answer.status, answer.code) == (status, said)


async def test_used_code_is_refused(api: Caller) -> None:
    code = a_code()
    assert [(await login(api, code)).status for _ in range(2)] == [201, 401]


async def test_too_many_logins_say_when_to_come_back(api: Caller, platform: FakeWeChat) -> None:
    platform.fault(path=LOGIN, kind="errcode", value=45011)
    answer = await login(api, a_code())
    assert (answer.status, answer.code, answer.headers["Retry-After"]) == (429, "login_too_often", "60")


@pytest.mark.parametrize("kind", ["garbage", "reset", "http"])
async def test_wechat_out_of_reach_is_a_sentence(api: Caller, platform: FakeWeChat, kind: str) -> None:
    platform.fault(path=LOGIN, kind=kind, value=502)
    answer = await login(api, a_code())
    assert (answer.status, answer.code) == (503, "login_unavailable")


async def test_wrong_secret_is_the_operators_to_mend(
    sqlite_db: Database, platform: FakeWeChat, caplog: pytest.LogCaptureFixture
) -> None:
    platform.forget()
    platform.fault(path=LOGIN, kind="errcode", value=40125)
    async with with_wechat(sqlite_db, platform.base) as api:
        answer = await login(api, a_code())
    platform.forget()
    assert (answer.status, answer.code) == (503, "login_unavailable")
    assert [vars(r)["code"] for r in caplog.records if r.getMessage() == "WeChat refused a login"] == [40125]


@pytest.mark.parametrize("body", [{}, {"code": ""}, {"code": 5}, {"code": "x" * 257}])
async def test_bad_code_is_said_beside_the_field(api: Caller, body: Any) -> None:
    assert set((await api("POST", "/session", body)).fields) == {"code"}


async def test_ended_session_opens_nothing(api: Caller) -> None:
    mine = replace(api, token=(await login(api, a_code())).body["token"])
    assert (await mine("GET", "/appointments")).status == 200
    assert (await mine("DELETE", "/session")).status == 204
    refused = await mine("GET", "/appointments")
    assert (refused.status, refused.code, refused.headers["WWW-Authenticate"]) == (401, "not_signed_in", "Bearer")


async def test_session_over_time_opens_nothing(sqlite_db: Database) -> None:
    clock = Clock()
    async with open_api(sqlite_db, clock) as api:
        wang = await api.as_citizen("wang")
        clock.at = MONDAY + timedelta(days=30)
        assert (await wang("GET", "/appointments")).status == 401


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Bearer x", f"Bearer {'x' * 43}", f"Basic {'x' * 43}", "x" * 43]
)
async def test_without_a_good_token_nobody_comes_in(api: Caller, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    ways = [("GET", "/appointments"), ("POST", "/appointments"), ("GET", "/appointments/Y1"), ("DELETE", "/session"),
            ("DELETE", "/appointments/Y1"), ("POST", "/appointments/Y1/reschedule"), ("POST", "/tickets"),
            ("GET", "/tickets/A001"), ("DELETE", "/tickets/A001")]  # fmt: skip
    answers = [await api(method, path, **headers) for method, path in ways]
    assert [(answer.status, answer.code) for answer in answers] == [(401, "not_signed_in")] * len(ways)


async def test_demo_citizen_needs_no_wechat_and_is_the_one_of_the_try_page(sqlite_db: Database) -> None:
    async with open_api(sqlite_db, Clock(), demo=True) as api:
        wang = await api.as_citizen("wang")
        assert (await wang("GET", "/appointments")).status == 200
    assert await sqlite_db.consult(citizens.known, "try_wang") is not None


async def test_demo_citizen_is_unknown_in_production(api: Caller, platform: FakeWeChat) -> None:
    await login(api, "try-wang")
    assert [call["query"]["js_code"] for call in platform.calls(LOGIN)] == ["try-wang"]


async def test_one_address_that_opens_sessions_by_the_hundred_is_slowed_alone(sqlite_db: Database) -> None:
    async with open_api(sqlite_db, Clock()) as api:

        async def statuses(address: str, times: int) -> list[Answer]:
            return [await login(api, "try-wang", X_Forwarded_For=address) for _ in range(times)]

        answers = await statuses("1.2.3.4, 203.0.113.9", visitors.ADDRESS_BURST + 20)
        refused = [answer for answer in answers if answer.status != 201]
        assert 1 <= len(refused) <= 20
        assert {(a.status, a.code, a.headers["Retry-After"]) for a in refused} == {(429, "too_fast", "1")}
        others = await statuses("203.0.113.10", 1) + await statuses("2001:db8::1", 1) + [await login(api, "try-wang")]
        assert [answer.status for answer in others] == [201] * 3


async def test_one_citizen_in_a_loop_is_slowed_alone(sqlite_db: Database) -> None:
    async with open_api(sqlite_db, Clock()) as api:
        wang, li = await api.as_citizen("wang"), await api.as_citizen("li")
        answers = [await wang("GET", "/appointments") for _ in range(visitors.CITIZEN_BURST + 30)]
        assert {(a.status, a.code) for a in answers if a.status != 200} == {(429, "too_fast")}
        assert (await li("GET", "/appointments")).status == 200


async def test_session_ended_at_another_worker_is_honoured_only_for_seconds(
    sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    wang = await sqlite_db.transact(a_citizen)
    begun = await sqlite_db.transact(sessions.begin, wang, MONDAY, timedelta(days=1))
    here = visitors.Visitors(sqlite_db, Clock())
    assert await here.recognise(begun.token) == wang.id
    await sqlite_db.transact(sessions.end, begun.token)  # as another worker does
    assert await here.recognise(begun.token) == wang.id
    later = time.monotonic() + visitors.BELIEVED_SECONDS
    monkeypatch.setattr(visitors.time, "monotonic", lambda: later)
    assert await here.recognise(begun.token) is None


async def test_tokens_held_in_memory_are_bounded(sqlite_db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visitors, "BELIEVED_MOST", 3)
    wang = await sqlite_db.transact(a_citizen)
    here = visitors.Visitors(sqlite_db, Clock())
    for _ in range(5):
        begun = await sqlite_db.transact(sessions.begin, wang, MONDAY, timedelta(days=1))
        assert await here.recognise(begun.token) == wang.id
    assert len(here._believed) == 3
