"""The guide over HTTP: halls, matters, free places. For everyone; times as the hall's clock shows them."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest

from hall.appointments.model import Slot
from hall.matters import agencies, files, life_events
from hall.matters.model import Agency, Audience, Group, LifeEvent, Place, Use
from hall.places import service as places
from hall.places.model import Counter
from handlers.api import catalogue
from kit import pdf
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter, at, slots_on
from tests.handlers.api import Caller, Clock, open_api


@dataclass(frozen=True)
class Ground:
    group: Group
    slots: tuple[Slot, ...]


async def a_place(tx: Tx) -> Ground:
    await a_hall(tx)
    group = await a_group(tx)
    office = Agency("market", HALL.id, "区市场监督管理局", ("市监局",))
    await agencies.set_agency(tx, office)
    await a_matter(tx, group, agency_id=office.id, audiences=(Audience.COMPANY, Audience.SOLE_TRADER))
    card: dict[str, Any] = {
        "theme": "社保",
        "audiences": (Audience.PERSON,),
        "places": (Place("街道窗口", "示例路1号", "9点到11点"),),
    }
    await a_matter(tx, group, "card", name="社会保障卡申领", is_open_to_booking=False, **card)
    await places.add_counter(tx, Counter(HALL.id, 3, "经营许可", ("A",)))
    shop = LifeEvent("shop", HALL.id, "开一家小店", Audience.SOLE_TRADER, (), ("licence", "card"), "先办证后开张。")
    await life_events.set_event(tx, shop, ("licence", "card"))
    return Ground(group, await slots_on(tx, group, 24, 25))


@pytest.fixture
async def place(sqlite_db: Database) -> Ground:
    return await sqlite_db.transact(a_place)


@pytest.fixture
async def api(sqlite_db: Database, place: Ground) -> AsyncIterator[Caller]:
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
        "audiences": ["company", "sole_trader"],
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
        "source": None,
        "is_needed": True,
        "may_follow": False,
        "has_e_licence": True,
        "note": "可用电子证照",
        "blank_form": None,
        "sample": None,
    }


async def test_matter_says_who_is_responsible_and_where_it_is_done(api: Caller) -> None:
    at_the_hall = (await api("GET", "/matters/licence")).body
    unknown = {"address": None, "phone": None, "hours": None}
    assert at_the_hall["agency"] == {"id": "market", "name": "区市场监督管理局", **unknown}
    counters = [{"number": 3, "name": "经营许可"}]
    here = {"name": "测试大厅", "address": None, "hours": "09:00-12:00，13:00-16:30", "counters": counters}
    assert at_the_hall["places"] == [here]
    elsewhere = (await api("GET", "/matters/card")).body
    assert elsewhere["agency"] is None
    assert elsewhere["places"] == [{"name": "街道窗口", "address": "示例路1号", "hours": "9点到11点", "counters": []}]


async def test_what_is_not_entered_is_empty_and_not_made_up(api: Caller) -> None:
    body = (await api("GET", "/matters/licence")).body
    assert body["codes"] == {"basic": None, "implementation": None, "business": None}
    assert (body["conditions"], body["fee_basis"], body["questions"], body["files"]) == ([], None, [], [])


async def test_form_stands_beside_its_material(api: Caller, sqlite_db: Database) -> None:
    given = ("licence", "申请书", Use.BLANK, "申请书.pdf", pdf.page(["申请书"]), "张三", MONDAY)
    made = await sqlite_db.transact(files.attach, HALL.id, *given)
    materials = (await api("GET", "/matters/licence")).body["materials"]
    url = f"/api/v1/files/{made.id}"
    shown = {"id": made.id, "name": "申请书.pdf", "size": made.size, "type": "pdf", "url": url}
    assert [(m["name"], m["blank_form"], m["sample"]) for m in materials] == [
        ("营业执照", None, None),
        ("申请书", shown, None),
    ]


async def test_guide_counts_themes_life_events_and_audiences(api: Caller) -> None:
    body = (await api("GET", "/guide")).body
    assert body["hall"] == {"id": "test", "name": "测试大厅"}
    assert body["themes"] == [{"name": "社保", "matters": 1}, {"name": "经营许可", "matters": 1}]
    shop = {"id": "shop", "name": "开一家小店", "for": "sole_trader", "for_name": "个体工商户"}
    assert body["life_events"] == [shop | {"matters": 2, "note": "先办证后开张。"}]
    assert [(a["id"], a["matters"]) for a in body["audiences"]] == [("person", 1), ("sole_trader", 1), ("company", 1)]


async def test_agencies_are_told_with_what_is_known_of_them(api: Caller) -> None:
    unknown = {"address": None, "phone": None, "hours": None}
    body = (await api("GET", "/agencies")).body
    assert body == {"agencies": [{"id": "market", "name": "区市场监督管理局", **unknown, "matters": 1}]}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("theme=社保", ["card"]),
        ("audience=company", ["licence"]),
        ("agency=market", ["licence"]),
        ("event=shop", ["licence", "card"]),
        ("event=shop&audience=person", ["card"]),
        ("theme=社保&q=食品经营许可", []),
        ("theme=经营许可&q=食品证", ["licence"]),
    ],
)
async def test_matters_are_found_by_theme_event_agency_and_audience(api: Caller, query: str, found: list[str]) -> None:
    assert [line["id"] for line in (await api("GET", f"/matters?{query}")).body["matters"]] == found


async def test_pages_follow_one_another_though_a_matter_comes_between(
    api: Caller, sqlite_db: Database, place: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = (await api("GET", "/matters?limit=1")).body
    assert [line["id"] for line in first["matters"]] == ["card"]
    await sqlite_db.transact(a_matter, place.group, "aaa", name="排在前面的事项")
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0.0)
    second = (await api("GET", f"/matters?limit=1&after={first['next']}")).body
    assert ([line["id"] for line in second["matters"]], second["next"]) == (["licence"], None)
    assert (await api("GET", "/matters")).body["next"] is None


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("after=!!", "after"),
        ("after=5Lit5", "after"),
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("audience=x", "audience"),
    ],
)
async def test_page_that_cannot_be_is_refused(api: Caller, query: str, field: str) -> None:
    assert list((await api("GET", f"/matters?{query}")).fields) == [field]


@pytest.mark.parametrize("path", ["/halls", "/guide", "/agencies", "/matters", "/matters/licence", "/matters?q=食品证"])
async def test_guide_is_said_once_and_known_by_its_tag(api: Caller, path: str) -> None:
    first = await api("GET", path)
    tag = first.headers["Etag"]
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await api("GET", path, If_None_Match=known)
        assert (again.status, again.body, again.headers["Etag"]) == (304, None, tag)
    assert (await api("GET", path, If_None_Match='"other"')).body == first.body


async def test_changed_matter_has_another_tag(
    api: Caller, sqlite_db: Database, place: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    tag = (await api("GET", "/matters")).headers["Etag"]
    await sqlite_db.transact(a_matter, place.group, "new", name="新的事项")
    monkeypatch.setattr(catalogue, "FRESH_SECONDS", 0.0)
    assert (await api("GET", "/matters", If_None_Match=tag)).status == 200


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/guide?hall=none", "hall_not_found"),
        ("/agencies?hall=none", "hall_not_found"),
        ("/matters?theme=nothing", "theme_not_found"),
        ("/matters?event=nothing", "life_event_not_found"),
        ("/matters?agency=nothing", "agency_not_found"),
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


async def test_free_places_of_a_day_are_told_as_the_wall_clock_shows_them(api: Caller, place: Ground) -> None:
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
    api: Caller, sqlite_db: Database, place: Ground, monkeypatch: pytest.MonkeyPatch
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
