"""The board tells whose number is where and what waits, and nothing of who they are."""

import json
from datetime import datetime, timedelta

import pytest

from hall.citizens import service as citizens
from hall.places import service as places
from hall.places.model import Counter, HallNotFound
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.board import board
from hall.queue.pace import Estimate
from hall.queue.rules import Rules, say
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, at
from tests.hall.queue_rows import CLERK_NAME, a_call, a_seat, a_start, a_waiting

NAME, PHONE = "欧阳测试", "13912345678"


async def seen(db: Database, now: datetime = MONDAY) -> dict:  # type: ignore[type-arg]
    state = await db.consult(board, HALL.id, now)
    told: dict = json.loads(json.dumps(state.as_json()))  # type: ignore[type-arg]
    return told


async def test_board_tells_counters_calls_and_what_waits(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        a, b = await a_group(tx, "A"), await a_group(tx, "B")
        first = await a_seat(tx, HALL.id, 1, "A", at(23, 9))
        second = await a_seat(tx, HALL.id, 2, "AB", at(23, 9))
        await a_seat(tx, HALL.id, 3, "B", at(23, 9), state="paused")
        await a_seat(tx, HALL.id, 4, "B", at(23, 9), state="closed")
        for n in range(1, 5):
            await a_waiting(tx, a, f"A00{n}", at(23, 9, n))
        await a_waiting(tx, b, "B001", at(23, 9, 30))
        await a_call(tx, first, at(23, 9, 40))
        await a_start(tx, first, at(23, 9, 41))
        await a_call(tx, second, at(23, 9, 50))
    told = await seen(db)
    assert told["hall"] == {"id": "test", "name": "测试大厅"}
    assert told["doors"] == {
        "is_open": True,
        "sentence": "上午办到 12:00",
        "changes_at": "2026-11-23T12:00:00.000+08:00",
    }
    assert [(c["number"], c["state"], c["ticket"], c["waiting"]) for c in told["counters"]] == [
        (1, "open", {"number": "A001", "state": "serving", "since": "2026-11-23T09:41:00.000+08:00"}, 2),
        (2, "open", {"number": "A002", "state": "called", "since": "2026-11-23T09:50:00.000+08:00"}, 3),
        (3, "paused", None, 1),
        (4, "closed", None, 1),
    ]
    assert [c["serves"] for c in told["counters"]] == ["A类", "A类、B类", "B类", "B类"]
    assert told["calls"] == [
        {"ticket": "A002", "counter": 2, "state": "called", "at": "2026-11-23T09:50:00.000+08:00"},
        {"ticket": "A001", "counter": 1, "state": "serving", "at": "2026-11-23T09:40:00.000+08:00"},
    ]
    assert [(g["letter"], g["name"], g["waiting"]) for g in told["groups"]] == [("A", "A类", 2), ("B", "B类", 1)]
    assert told["rule"] == list(say(Rules()))


async def test_board_says_nothing_of_who_anybody_is(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        citizen = await a_citizen(tx, "o-very-secret")
        await citizens.remember(tx, citizen.id, NAME, PHONE)
        seat = await a_seat(tx, HALL.id, 1, "A", MONDAY)
        await a_waiting(tx, group, "A001", MONDAY, citizen.id)
        await a_waiting(tx, group, "A002", MONDAY)
        await a_call(tx, seat, MONDAY)
    text = json.dumps(await seen(db), ensure_ascii=False)
    assert "A001" in text
    for secret in (NAME, PHONE, "o-very-secret", CLERK_NAME, "citizen", "privilege"):
        assert secret not in text


async def test_those_who_may_not_be_called_to_a_counter_do_not_wait_for_it(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        await places.add_counter(tx, Counter(HALL.id, 1, "发票", ("A",), ("invoice",)))
        for number, matter in (("A001", "invoice"), ("A002", "refund"), ("A003", None)):
            await a_waiting(tx, group, number, MONDAY, matter_id=matter)
    told = await seen(db)
    assert (told["counters"][0]["waiting"], told["groups"][0]["waiting"]) == (2, 3)


async def test_a_missed_call_is_told_until_the_ticket_waits_again(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        seat = await a_seat(tx, HALL.id, 1, "A", MONDAY)
        await a_waiting(tx, group, "A001", MONDAY)
        held = await a_call(tx, seat, MONDAY)
        for _ in range(2):
            await calling.recall(tx, seat.counter, seat.clerk, MONDAY)
        await calling.missed(tx, seat.counter, seat.clerk, MONDAY)
    told = await seen(db)
    assert [(call["ticket"], call["state"]) for call in told["calls"]] == [("A001", "missed")]
    assert told["counters"][0]["ticket"] is None
    async with db.tx() as tx:
        missed = await queue.find(tx, HALL.id, held.number, held.on)
        assert missed is not None
        await queue.come_back(tx, missed, "citizen", MONDAY)
    told = await seen(db)
    assert (told["calls"], told["groups"][0]["waiting"]) == ([], 1)


async def test_yesterday_is_gone_from_the_board(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        seat = await a_seat(tx, HALL.id, 1, "A", MONDAY)
        await a_waiting(tx, group, "A001", MONDAY)
        await a_waiting(tx, group, "A002", MONDAY)
        await a_call(tx, seat, MONDAY)
    told = await seen(db, MONDAY + timedelta(days=1))
    counter = told["counters"][0]
    assert (counter["state"], counter["ticket"], told["calls"], told["groups"][0]["waiting"]) == ("closed", None, [], 0)


async def test_version_is_that_of_the_last_change_and_only_grows(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
    versions = [(await seen(db))["version"]]
    for number in range(3):
        async with db.tx() as tx:
            await a_waiting(tx, group, f"A00{number}", MONDAY)
        versions.append((await seen(db))["version"])
    assert versions == [0, 1, 2, 3]


async def test_only_the_last_calls_are_told_the_newest_first(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        group = await a_group(tx)
        seat = await a_seat(tx, HALL.id, 1, "A", MONDAY)
        for n in range(8):
            await a_waiting(tx, group, f"A00{n}", MONDAY)
            await a_call(tx, seat, MONDAY + timedelta(minutes=n))
    assert [call["ticket"] for call in (await seen(db))["calls"]] == ["A007", "A006", "A005", "A004", "A003", "A002"]


@pytest.mark.parametrize(
    ("now", "is_open", "sentence", "changes_at"),
    [
        (at(23, 8), False, "还没有开门，今天 09:00 开门。", at(23, 9)),
        (at(23, 12, 30), False, "现在休息，13:00 继续办理。", at(23, 13)),
        (at(23, 14), True, "今天办到 16:30", at(23, 16, 30)),
        (at(23, 17), False, "现在没有开门，11月24日（周二） 09:00 开门。", at(24, 0)),
        (at(28, 10), False, "现在没有开门，11月30日（周一） 09:00 开门。", at(29, 0)),
    ],
)
async def test_doors_are_told_in_words_and_until_when(
    db: Database, now: datetime, is_open: bool, sentence: str, changes_at: datetime
) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
    doors = (await db.consult(board, HALL.id, now)).doors
    assert (doors.is_open, doors.sentence, doors.changes_at) == (is_open, sentence, changes_at)


async def test_unknown_hall_has_no_board(db: Database) -> None:
    with pytest.raises(HallNotFound):
        await db.consult(board, "nowhere", MONDAY)


async def test_wait_of_those_who_come_now_is_told_where_it_is_known(db: Database) -> None:
    async with db.tx() as tx:
        await a_hall(tx)
        a, b, c = [await a_group(tx, letter) for letter in "ABC"]
    waits = {
        a.id: Estimate(3, 8, 15, 11.0),
        b.id: Estimate(3, 8, 15, 11.0, is_guess=True),
        c.id: Estimate(0, None, None, None),
    }
    state = await db.consult(board, HALL.id, MONDAY, waits)
    assert [(g.low_minutes, g.high_minutes) for g in state.groups] == [(8, 15), (None, None), (None, None)]
