from dataclasses import replace
from datetime import time

import pytest

from hall.places import service as places
from hall.places.model import BadCounter, BadHall, BadHours, Counter, CounterExists, HallExists, HallNotFound
from kit.db import Database
from tests.hall.builders import HALL

DESK = Counter(HALL.id, 2, "税务（示例）", ("C", "D"), ("invoice-agency",))
OTHER = replace(HALL, id="east", name="东区大厅")


async def test_hall_and_counters_are_read_as_they_were_founded(db: Database) -> None:
    async with db.tx() as tx:
        await places.found(tx, HALL)
        await places.add_counter(tx, DESK)
        await places.add_counter(tx, Counter(HALL.id, 1, "企业", ("A",)))
    async with db.read() as tx:
        assert await places.hall(tx, HALL.id) == HALL
        assert await places.halls(tx) == (HALL,)
        assert await places.counters(tx, HALL.id) == (Counter(HALL.id, 1, "企业", ("A",), None), DESK)


async def test_unknown_hall_is_said_so(db: Database) -> None:
    with pytest.raises(HallNotFound):
        await db.consult(places.hall, "nowhere")


async def test_hall_that_closes_before_it_opens_is_not_founded(db: Database) -> None:
    for hours in (((time(12), time(9)),), ((time(9), time(12)), (time(11), time(16)))):
        with pytest.raises(BadHours):
            await db.transact(places.found, replace(HALL, hours=hours))
    assert await db.consult(places.halls) == ()


async def test_a_hall_is_changed_and_what_cannot_be_one_is_refused(db: Database) -> None:
    await db.transact(places.found, HALL)
    changed = replace(HALL, name="双塔大厅", address="示例路1号", phone=None, is_sample=False)
    await db.transact(places.set_hall, changed)
    assert await db.consult(places.hall, HALL.id) == changed
    with pytest.raises(HallExists):
        await db.transact(places.found, HALL)
    with pytest.raises(HallNotFound):
        await db.transact(places.set_hall, OTHER)
    for wrong, refusal, verb in (
        (replace(HALL, name=" "), "名称要写", places.set_hall),
        (replace(HALL, phone="1" * 33), "电话最多32个字", places.set_hall),
        (replace(HALL, id="East Hall"), "编号用小写字母", places.found),
    ):
        with pytest.raises(BadHall, match=refusal):
            await db.transact(verb, wrong)
    with pytest.raises(BadHours):
        await db.transact(places.set_hall, replace(HALL, hours=()))
    assert await db.consult(places.halls) == (changed,)


async def test_counters_of_two_halls_are_kept_apart(db: Database) -> None:
    async with db.tx() as tx:
        await places.found(tx, HALL)
        await places.found(tx, OTHER)
        await places.add_counter(tx, DESK)
        await places.add_counter(tx, replace(DESK, hall_id=OTHER.id, name="东区税务"))
    assert [c.name for c in await db.consult(places.counters, OTHER.id)] == ["东区税务"]


async def test_counter_is_changed_in_place_and_not_doubled(db: Database) -> None:
    changed = replace(DESK, groups=("C",), matters=None)
    async with db.tx() as tx:
        await places.found(tx, HALL)
        await places.set_counter(tx, DESK)
        await places.set_counter(tx, changed)
        await places.set_counter(tx, changed)
        with pytest.raises(CounterExists):
            await places.add_counter(tx, DESK)
    assert await db.consult(places.counters, HALL.id) == (changed,)


@pytest.mark.parametrize(
    ("counter", "reason"),
    [
        (replace(DESK, number=0), "号码要在1到999之间"),
        (replace(DESK, name=" "), "名称要写，最多64个字"),
        (replace(DESK, groups=()), "至少要有一个业务组，用大写字母写"),
        (replace(DESK, groups=("CD",)), "至少要有一个业务组，用大写字母写"),
        (replace(DESK, groups=("C", "C")), "业务组写重了"),
        (replace(DESK, matters=()), "只办哪些事项要写事项编号；各组的事都办就不用写"),
        (replace(DESK, matters=("x", "x")), "事项编号写重了"),
    ],
)
async def test_counter_that_could_serve_nobody_is_refused(db: Database, counter: Counter, reason: str) -> None:
    await db.transact(places.found, HALL)
    with pytest.raises(BadCounter) as refused:
        await db.transact(places.set_counter, counter)
    assert refused.value.message == f"窗口没有存：{reason}。"


def test_counter_serves_its_groups_and_of_them_its_matters_only() -> None:
    assert [DESK.serves(*of) for of in (("C", "invoice-agency"), ("C", "other"), ("A", "invoice-agency"))] == [
        True,
        False,
        False,
    ]
    assert DESK.serves("D", None), "whose matter is not known may be called anywhere in the group"
    assert replace(DESK, matters=None).serves("D", "other")
