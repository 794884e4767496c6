from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, select, type_coerce

from hall.cases import service as cases
from hall.cases.model import Came
from hall.notices import service as notices
from hall.notices.model import Kind as Told
from hall.notices.model import Notice
from hall.queue import calling
from hall.queue import service as queue
from hall.ratings import dealings, invitations, reasons, tablet
from hall.ratings import service as ratings
from hall.ratings.model import (
    AlreadyRated,
    Given,
    Kind,
    Level,
    NoSuchLevel,
    NoSuchReason,
    NothingToRate,
    NotOverYet,
    PhoneNeeded,
    TimeToRateOver,
    TooLateToRate,
    What,
)
from hall.ratings.tables import rating_facts
from hall.ratings.tables import ratings as table
from kit.db import Database
from kit.errors import Problem
from kit.live import versions
from tests.hall.builders import MONDAY, a_citizen, at
from tests.hall.lines import CLERK
from tests.hall.opinions import PROMISE, Counted, a_dealing, a_hall_at_work, say_it, serve_one

LONG_AGO = MONDAY - timedelta(days=15)


async def at_work(db: Database) -> Counted:
    return await db.transact(a_hall_at_work)


async def test_served_ticket_is_rated_once_and_for_all(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    given = await db.transact(say_it, dealing, 5, reasons=("quick",), note="王芳办得好")
    assert (given.level, given.counter, given.matter_name) == (Level.VERY_GOOD, 1, "食品经营许可证核发")
    with pytest.raises(AlreadyRated):
        await db.transact(say_it, dealing, 1)
    assert await db.consult(ratings.given_by, here.citizen.id) == (given,)
    assert await db.consult(dealings.waiting, here.citizen.id, LONG_AGO) == ()
    assert [fact.what for fact in await db.consult(ratings.facts, given.id)] == [What.RATED]


async def test_concluded_case_may_be_rated_and_one_that_goes_on_not(db: Database) -> None:
    here = await at_work(db)
    ticket = await db.transact(serve_one, here)
    came = Came(ticket_id=ticket.id)
    case, code = await db.transact(cases.open, here.matter, MONDAY, citizen_id=here.citizen.id, came=came)
    await db.transact(cases.accept, case.number, None, MONDAY)
    going_on = await db.consult(dealings.own, here.citizen.id, case.number)
    with pytest.raises(NotOverYet):
        await db.transact(say_it, going_on, 5)
    await db.transact(cases.conclude, case.number, None, "已经办好", at(24, 9))
    assert [one.number for one in await db.consult(dealings.waiting, here.citizen.id, LONG_AGO)] == [case.number]
    by_code = await db.consult(dealings.by_code, here.matter.hall_id, case.number, code, at(24, 9), LONG_AGO)
    given = await db.transact(say_it, by_code, 4, at(24, 10))
    assert (given.kind, given.number, given.counter) == (Kind.CASE, case.number, 1)


async def test_others_numbers_and_wrong_codes_are_told_alike(db: Database) -> None:
    here = await at_work(db)
    ticket = await db.transact(serve_one, here, citizen_id=here.citizen.id)
    stranger = await db.transact(a_citizen, "o-li")
    said = set()
    for asked in (
        (dealings.own, stranger.id, ticket.number),
        (dealings.own, here.citizen.id, "A999"),
        (dealings.own, here.citizen.id, "ST2026112300001"),
        (dealings.by_code, here.matter.hall_id, ticket.number, "AAAAAA", MONDAY, LONG_AGO),
        (dealings.by_code, here.matter.hall_id, "ST2026112300001", "AAAAAA", MONDAY, LONG_AGO),
        (dealings.by_code, "elsewhere", ticket.number, dealings.ticket_code(ticket.id), MONDAY, LONG_AGO),
    ):
        with pytest.raises(NothingToRate) as refusal:
            await db.consult(*asked)
        said.add(refusal.value.message)
    assert len(said) == 1
    mine = await db.consult(
        dealings.by_code, here.matter.hall_id, ticket.number, dealings.ticket_code(ticket.id).lower(), MONDAY, LONG_AGO
    )
    assert mine.id == ticket.id


async def test_number_of_a_ticket_means_the_last_of_that_number(db: Database) -> None:
    here = await at_work(db)
    await db.transact(serve_one, here, citizen_id=here.citizen.id)
    await db.transact(calling.close_post, here.counter, CLERK, MONDAY)
    await db.transact(calling.open_post, here.counter, CLERK, at(24, 9))
    second = await db.transact(serve_one, here, at(24, 10), citizen_id=here.citizen.id)
    assert second.number == "A001"
    assert (await db.consult(dealings.own, here.citizen.id, "a001")).id == second.id


async def test_window_ends(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here)
    late = MONDAY + timedelta(days=15, seconds=1)
    with pytest.raises(TooLateToRate):
        await db.transact(say_it, dealing, 5, late)
    await db.transact(say_it, dealing, 5, late - timedelta(seconds=2))


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"level": 0}, NoSuchLevel),
        ({"level": 6}, NoSuchLevel),
        ({"level": 5, "reasons": ("slow",)}, NoSuchReason),
        ({"level": 1, "wants_call": True}, PhoneNeeded),
        ({"level": 1, "wants_call": True, "phone": "12345"}, PhoneNeeded),
    ],
)
async def test_what_cannot_be_said_is_refused(db: Database, given: dict[str, Any], refusal: type[Problem]) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here)  # of somebody we do not know
    with pytest.raises(refusal):
        await db.transact(say_it, dealing, **given)


async def test_personal_numbers_in_a_note_are_not_kept_and_no_word_stands_open(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here)
    note = "打我电话13912345678，身份证11010519491231002X"
    given = await db.transact(say_it, dealing, 2, note=note, wants_call=True, phone="139 1234 5678")
    assert (given.note, given.contact) == ("打我电话〔手机号〕，身份证〔证件号〕", "13912345678")
    async with db.read() as tx:
        stored = [type_coerce(column, LargeBinary) for column in (table.c.note, table.c.contact)]
        row = await tx.one(select(*stored))
    assert row is not None and not any("打我".encode() in value or b"139" in value for value in row)
    assert "13912345678" not in repr(given) and "打我" not in repr(given)


async def test_phone_is_kept_only_for_a_call_after_a_bad_rating(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    given = await db.transact(say_it, dealing, 4, wants_call=True)
    assert (given.wants_call, given.contact) == (False, None)
    second = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    assert (await db.transact(say_it, second, 1, wants_call=True)).contact == "13800000001"


def test_every_level_has_reasons_and_the_bad_ones_what_people_complain_of() -> None:
    assert set(reasons.by_level()) == set(Level)
    bad = {reason.name for reason in reasons.by_level()[Level.BAD]}
    assert {"办事效率低", "态度不好", "多跑了路", "没有一次说清", "乱收费", "其他"} <= bad
    for listed in reasons.by_level().values():
        assert len({reason.id for reason in listed}) == len(listed) < 10


# ------------------------------------------------------------------------------------------------ being asked


def invited(told: Sequence[Notice]) -> list[Notice]:
    return [one for one in told if one.kind is Told.RATE]


async def test_people_are_asked_once_after_a_while_and_not_at_night(db: Database) -> None:
    here = await at_work(db)
    await db.transact(serve_one, here, citizen_id=here.citizen.id)
    await db.transact(serve_one, here)  # nobody we know
    assert await db.transact(invitations.invite, here.matter.hall_id, MONDAY + timedelta(minutes=9)) == 0
    assert await db.transact(invitations.invite, here.matter.hall_id, MONDAY + timedelta(minutes=11)) == 1
    assert await db.transact(invitations.invite, here.matter.hall_id, MONDAY + timedelta(minutes=16)) == 0
    (asked,) = invited(await db.consult(notices.untold, here.citizen.id, MONDAY + timedelta(hours=1)))
    assert asked.facts == {"number": "A001", "matter": "食品经营许可证核发", "is_case": False}
    await db.transact(serve_one, here, at(23, 16), citizen_id=here.citizen.id)
    assert await db.transact(invitations.invite, here.matter.hall_id, at(23, 22)) == 1
    assert len(invited(await db.consult(notices.due, at(23, 23)))) == 1
    assert len(invited(await db.consult(notices.due, at(24, 8)))) == 2


async def test_who_has_rated_is_not_asked_any_more(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    await db.transact(invitations.invite, here.matter.hall_id, MONDAY + timedelta(minutes=11))
    await db.transact(say_it, dealing, 5, MONDAY + timedelta(minutes=12))
    assert invited(await db.consult(notices.untold, here.citizen.id, MONDAY + timedelta(minutes=13))) == []
    assert await db.transact(invitations.invite, here.matter.hall_id, MONDAY + timedelta(minutes=16)) == 0


# ------------------------------------------------------------------------------------------------ the tablet


async def test_tablet_rates_the_ticket_finished_at_its_counter_and_no_other(db: Database) -> None:
    here = await at_work(db)
    hall = here.matter.hall_id
    assert await db.consult(tablet.finished, hall, 1, 60, MONDAY) is None
    ticket = await db.transact(serve_one, here)
    shown = await db.consult(tablet.finished, hall, 1, 60, MONDAY + timedelta(seconds=5))
    assert shown is not None and (shown.number, shown.until_at) == (ticket.number, MONDAY + timedelta(seconds=60))
    assert await db.consult(tablet.finished, hall, 2, 60, MONDAY) is None
    assert await db.consult(tablet.finished, hall, 1, 60, MONDAY + timedelta(seconds=61)) is None
    soon = MONDAY + timedelta(seconds=90)  # while they pick reasons
    dealing = await db.consult(tablet.by_key, hall, 1, shown.key, soon)
    await db.transact(say_it, dealing, 3, soon)
    assert await db.consult(tablet.finished, hall, 1, 60, MONDAY + timedelta(seconds=6)) is None


async def test_key_of_a_tablet_ends_and_cannot_be_made(db: Database) -> None:
    here = await at_work(db)
    hall = here.matter.hall_id
    ticket = await db.transact(serve_one, here)
    shown = await db.consult(tablet.finished, hall, 1, 60, MONDAY)
    assert shown is not None
    number, until, mark = shown.key.split(".")
    soon = MONDAY + timedelta(minutes=1)
    for counter, key, now in (
        (1, shown.key, MONDAY + timedelta(minutes=5)),
        (2, shown.key, soon),
        (1, f"{ticket.id + 1}.{until}.{mark}", soon),
        (1, f"{number}.{int(until) + 60_000}.{mark}", soon),
        (1, "", soon),
        (1, "1.2", soon),
        (1, "٣.٤.٥", soon),
    ):
        with pytest.raises(TimeToRateOver):
            await db.consult(tablet.by_key, hall, counter, key, now)


async def test_a_ticket_nobody_served_is_not_rated(db: Database) -> None:
    here = await at_work(db)
    taken = await db.transact(
        queue.take, here.matter.hall_id, here.here.a, here.citizen.id, MONDAY, matter_id=here.matter.id
    )
    dealing = await db.consult(dealings.own, here.citizen.id, taken.number)
    with pytest.raises(NotOverYet):
        await db.transact(say_it, dealing, 5)
    await db.transact(queue.leave, taken, "citizen", MONDAY)
    with pytest.raises(NothingToRate):
        await db.consult(dealings.own, here.citizen.id, taken.number)


# ------------------------------------------------------------------------------------------------ forgetting


async def test_who_leaves_is_forgotten_and_the_level_stays(db: Database) -> None:
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    given = await db.transact(say_it, dealing, 1, note="等了两小时", wants_call=True)
    await db.transact(ratings.forget, here.citizen.id, MONDAY)
    found = await db.consult(ratings.of_dealing, dealing.kind, dealing.id)
    assert found is not None and (found.level, found.settled_at) == (Level.VERY_BAD, MONDAY)
    assert (found.citizen_id, found.note, found.contact, found.wants_call) == (None, None, None, False)
    assert await db.consult(ratings.given_by, here.citizen.id) == ()
    assert given.id == found.id


async def test_words_are_erased_after_their_time_unless_something_is_owed(db: Database) -> None:
    here = await at_work(db)
    good = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    await db.transact(say_it, good, 5, note="很快")
    bad = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    await db.transact(say_it, bad, 1, note="太慢")
    assert await db.transact(ratings.sweep, MONDAY) == 0
    assert await db.transact(ratings.sweep, MONDAY + timedelta(days=1)) == 1
    assert await db.transact(ratings.sweep, MONDAY + timedelta(days=1)) == 0
    kept = [await db.consult(ratings.of_dealing, one.kind, one.id) for one in (good, bad)]
    assert [(one.note, one.citizen_id) for one in kept if one] == [(None, None), ("太慢", here.citizen.id)]


async def test_nothing_said_of_the_hall_moves_a_board(db: Database) -> None:
    """A board that moved when somebody rated would tell the counter when."""
    here = await at_work(db)
    dealing = await db.transact(a_dealing, here)

    async def version() -> int:
        async with db.read() as tx:
            found: int = await tx.value(select(versions.c.number).where(versions.c.name == "board:test"))
            return found

    before = await version()
    await db.transact(ratings.rate, dealing, Given(5), "api", MONDAY, PROMISE)
    assert await version() == before
    async with db.read() as tx:
        assert {row.by for row in await tx.all(select(rating_facts.c.by))} == {"citizen"}
