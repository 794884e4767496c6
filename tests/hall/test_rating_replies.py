from datetime import date, timedelta

import pytest

from hall.notices import service as notices
from hall.notices.model import Kind as Notice
from hall.places import service as places
from hall.places.model import EVERY_HALL
from hall.ratings import replies
from hall.ratings import service as ratings
from hall.ratings.model import (
    AnswerFirst,
    BadReply,
    LeadsOnly,
    NothingOwed,
    Promise,
    Rating,
    RatingNotFound,
    What,
)
from hall.staff.model import Grant, Role, StaffMember
from kit.db import Database
from tests.hall.builders import HALL, MONDAY, at
from tests.hall.lines import CLERK
from tests.hall.opinions import LEAD, PROMISE, a_dealing, a_hall_at_work, say_it

FRIDAY = at(27, 15)


async def a_rating(db: Database, level: int = 1, wants_call: bool = False) -> Rating:
    here = await db.transact(a_hall_at_work)
    dealing = await db.transact(a_dealing, here, citizen_id=here.citizen.id)
    return await db.transact(say_it, dealing, level, note="等了两小时", wants_call=wants_call)


async def test_bad_rating_is_owed_contact_and_an_answer_in_workdays(db: Database) -> None:
    here = await db.transact(a_hall_at_work)
    dealing = await db.transact(a_dealing, here)
    await db.transact(say_it, dealing, 2, FRIDAY)
    (late,) = await db.consult(replies.unsettled, HALL.id, FRIDAY, PROMISE)
    assert (late.owed.contact_by, late.owed.reply_by) == (date(2026, 11, 30), date(2026, 12, 4))
    await db.transact(places.set_day, EVERY_HALL, date(2026, 11, 30), (), "台风", "张三", FRIDAY)
    (late,) = await db.consult(replies.unsettled, HALL.id, FRIDAY, PROMISE)
    assert (late.owed.contact_by, late.owed.reply_by) == (date(2026, 12, 1), date(2026, 12, 7))


async def test_what_lies_past_the_calendar_is_not_guessed(db: Database) -> None:
    await a_rating(db)
    (found,) = await db.consult(replies.unsettled, HALL.id, MONDAY, Promise(15, 1, 200))
    assert (found.owed.reply_by, found.is_reply_late) == (None, False)


async def test_good_rating_owes_nothing(db: Database) -> None:
    given = await a_rating(db, 3)
    assert await db.consult(replies.unsettled, HALL.id, MONDAY, PROMISE) == ()
    with pytest.raises(NothingOwed):
        await db.transact(replies.answer, given.id, LEAD, "谢谢", MONDAY)


async def test_broken_promises_are_noted_once(db: Database) -> None:
    given = await a_rating(db)
    assert await db.transact(replies.warn, HALL.id, at(24, 23), PROMISE) == 0
    assert await db.transact(replies.warn, HALL.id, at(25, 0), PROMISE) == 1
    assert await db.transact(replies.warn, HALL.id, at(26, 9), PROMISE) == 0
    assert await db.transact(replies.warn, HALL.id, at(30, 23), PROMISE) == 0
    assert await db.transact(replies.warn, HALL.id, at(30, 23) + timedelta(hours=2), PROMISE) == 1
    told = [fact.what for fact in await db.consult(ratings.facts, given.id)]
    assert told == [What.RATED, What.LATE_CONTACT, What.LATE_REPLY]
    (late,) = await db.consult(replies.overdue, HALL.id, at(30, 23) + timedelta(hours=2), PROMISE)
    assert (late.is_contact_late, late.is_reply_late) == (True, True)


async def test_answer_is_told_to_the_person_and_stops_the_clock(db: Database) -> None:
    given = await a_rating(db)
    await db.transact(replies.answer, given.id, LEAD, "加开了窗口，请您下次再来看看。", at(23, 22))
    (told,) = [n for n in await db.consult(notices.due, at(24, 8)) if n.kind is Notice.REPLIED]
    assert told.facts["reply"] == "加开了窗口，请您下次再来看看。"
    assert [n for n in await db.consult(notices.due, at(23, 23)) if n.kind is Notice.REPLIED] == []
    assert await db.consult(replies.overdue, HALL.id, at(30, 12), PROMISE) == ()
    (mine,) = await db.consult(ratings.given_by, given.citizen_id)
    assert (mine.state, mine.reply) == ("已答复", "加开了窗口，请您下次再来看看。")


async def test_settling_wants_the_answer_and_the_call_and_erases_the_phone(db: Database) -> None:
    given = await a_rating(db, wants_call=True)
    seen, _ = await db.transact(replies.look, given.id, LEAD, MONDAY)
    assert seen.contact == "13800000001"
    with pytest.raises(AnswerFirst):
        await db.transact(replies.settle, given.id, LEAD, "好了", MONDAY)
    await db.transact(replies.answer, given.id, LEAD, "加开了窗口", MONDAY)
    with pytest.raises(AnswerFirst):
        await db.transact(replies.settle, given.id, LEAD, "好了", MONDAY)
    await db.transact(replies.call, given.id, LEAD, "本人接受，电话 13800000001", MONDAY)
    done = await db.transact(replies.settle, given.id, LEAD, "本人接受", MONDAY)
    assert (done.contact, done.state) == (None, "了结")
    with pytest.raises(NothingOwed):
        await db.transact(replies.answer, given.id, LEAD, "再说一句", MONDAY)
    _, history = await db.transact(replies.look, given.id, LEAD, MONDAY)
    assert [(fact.what, fact.by, fact.note) for fact in history] == [
        (What.RATED, "citizen", None),
        (What.SEEN, "赵主任", None),
        (What.ANSWERED, "赵主任", "加开了窗口"),
        (What.CALLED, "赵主任", "本人接受，电话 〔手机号〕"),
        (What.SETTLED, "赵主任", "本人接受"),
        (What.SEEN, "赵主任", None),
    ]


@pytest.mark.parametrize("role", [Role.CLERK, Role.GUIDE, Role.EDITOR])
async def test_nobody_but_a_lead_sees_a_rating(db: Database, role: Role) -> None:
    given = await a_rating(db)
    somebody = StaffMember(3, "某人", (Grant(role),), False)
    for press in (
        db.transact(replies.look, given.id, somebody, MONDAY),
        db.transact(replies.recent, HALL.id, somebody),
        db.transact(replies.answer, given.id, somebody, "好", MONDAY),
        db.transact(replies.call, given.id, somebody, "好", MONDAY),
        db.transact(replies.settle, given.id, somebody, "好", MONDAY),
    ):
        with pytest.raises(LeadsOnly):
            await press


async def test_nonsense_is_refused(db: Database) -> None:
    given = await a_rating(db)
    with pytest.raises(RatingNotFound):
        await db.transact(replies.look, given.id + 1, LEAD, MONDAY)
    for text in ("  ", "好" * 501):
        with pytest.raises(BadReply):
            await db.transact(replies.answer, given.id, LEAD, text, MONDAY)
    with pytest.raises(LeadsOnly):
        replies.check_lead(CLERK, given.hall_id)
