"""The guide over HTTP: halls, matters, free places. For everyone; times as the hall's clock shows them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest

from hall.appointments.model import Slot
from hall.matters.model import Group
from handlers.api import catalogue
from kit.db import Database, Tx
from tests.hall.builders import HALL, a_group, a_hall, a_matter, at, slots_on
from tests.handlers.api import Caller, Clock, open_api


@dataclass(frozen=True)
class Place:
    group: Group
    slots: tuple[Slot, ...]


async def a_place(tx: Tx) -> Place:
    await a_hall(tx)
    group = await a_group(tx)
    await a_matter(tx, group)
    await a_matter(tx, group, "card", name="社会保障卡申领", is_open_to_booking=False)
    return Place(group, await slots_on(tx, group, 24, 25))


@pytest.fixture
async def place(sqlite_db: Database) -> Place:
    return await sqlite_db.transact(a_place)


@pytest.fixture
async def api(sqlite_db: Database, place: Place) -> AsyncIterator[Caller]:
    async with open_api(sqlite_db, Clock()) as caller:
        yield caller


async def test_halls_say_where_and_when(api: Caller) -> None:
    answer = await api("GET", "/halls")
    hours = [{"opens": "09:00", "closes": "12:00"}, {"opens": "13:00", "closes": "16:30"}]
    facts = {"id": "test", "name": "测试大厅", "address": None, "phone": None, "hours": hours, "is_sample": True}
    assert (answer.status, answer.body) == (200, {"halls": [facts]})


async def test_matters_of_a_hall_are_listed(api: Caller) -> None:
    answer = await api("GET", "/matters")
    assert [line["id"] for line in answer.body["matters"]] == ["card", "licence"]
    assert answer.body["matters"][1] == {
        "id": "licence",
        "name": "食品经营许可证核发",
        "theme": "经营许可",
        "department": "示例部门",
        "handling": "承诺件",
        "group": {"letter": "A", "name": "A类"},
        "is_open_to_booking": True,
    }


@pytest.mark.parametrize(("q", "found"), [("办食品经营许可证", ["licence"]), ("社会保障卡", ["card"]), ("天气", [])])
async def test_matter_is_found_by_the_words_people_use(api: Caller, q: str, found: list[str]) -> None:
    answer = await api("GET", f"/matters?hall=test&q={q}")
    assert [line["id"] for line in answer.body["matters"]] == found


async def test_matter_says_what_to_bring_how_long_and_what_it_costs(api: Caller) -> None:
    body = (await api("GET", "/matters/licence?hall=test")).body
    assert (body["hall"], body["counter"]) == ({"id": "test", "name": "测试大厅"}, "综合窗口")
    assert (body["legal_days"], body["promised_days"], body["days_unit"]) == (10, 7, "工作日")
    assert (body["fee"], body["steps"], body["is_typical"]) == ("不收费", ["申请", "发证"], True)
    assert body["materials"][0] == {
        "name": "营业执照",
        "form": "原件",
        "count": 1,
        "has_e_licence": True,
        "note": "可用电子证照",
    }


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/matters?hall=none", "hall_not_found"),
        ("/matters/none", "matter_not_found"),
        ("/matters/licence?hall=none", "hall_not_found"),
        ("/slots?hall=none&matter=licence&on=2026-11-24", "hall_not_found"),
        ("/slots?hall=test&matter=none&on=2026-11-24", "matter_not_found"),
    ],
)
async def test_what_is_not_there_is_not_found(api: Caller, path: str, code: str) -> None:
    answer = await api("GET", path)
    assert (answer.status, answer.code) == (404, code)


async def test_free_places_of_a_day_are_told_as_the_wall_clock_shows_them(api: Caller, place: Place) -> None:
    answer = await api("GET", "/slots?hall=test&matter=licence&on=2026-11-24")
    of_day = [slot for slot in place.slots if slot.on == at(24, 0).date()]
    assert (answer.status, len(answer.body["slots"])) == (200, len(of_day))
    assert answer.body["slots"][0] == {
        "id": of_day[0].id,
        "starts_at": "2026-11-24T09:00:00+08:00",
        "ends_at": "2026-11-24T09:30:00+08:00",
        "capacity": 2,
        "left": 2,
    }


async def test_query_for_places_says_all_it_lacks(api: Caller) -> None:
    assert set((await api("GET", "/slots?on=tomorrow")).fields) == {"hall", "matter", "on"}


async def test_new_matter_is_told_within_seconds(
    api: Caller, sqlite_db: Database, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    await api("GET", "/matters")
    await sqlite_db.transact(a_matter, place.group, "new", name="新的事项")
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0.0)
    assert "new" in [line["id"] for line in (await api("GET", "/matters")).body["matters"]]


async def test_guide_goes_on_while_the_database_is_out_of_reach(
    api: Caller, sqlite_db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = await api("GET", "/halls")
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(sqlite_db, "wait_seconds", 0.0)
    assert (await api("GET", "/halls")).body == before.body
    assert (await api("GET", f"/slots?hall={HALL.id}&matter=licence&on=2026-11-24")).code == "unavailable"
