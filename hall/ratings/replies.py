"""What the hall owes after a bad rating: contact, an answer the person is told, and settling it. For a lead."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from hall.notices import service as notices
from hall.notices.model import Kind as Notice
from hall.notices.model import by_day
from hall.places import service as places
from hall.ratings.model import (
    REPLY_LIMIT,
    AnswerFirst,
    BadReply,
    Fact,
    LeadsOnly,
    Level,
    NothingOwed,
    Owed,
    Promise,
    Rating,
    RatingNotFound,
    What,
    owed,
)
from hall.ratings.service import JOB, facts, rating_of, select_ratings, write
from hall.ratings.tables import rating_facts, ratings
from hall.staff.model import Role, StaffMember
from kit.clock import day_of
from kit.db import Tx
from kit.ids import scrub

LEADS = {Role.LEAD, Role.ADMIN}


@dataclass(frozen=True, slots=True)
class Open:
    """A bad rating that is not settled, and by when what is to be done."""

    rating: Rating
    owed: Owed
    is_contact_late: bool
    is_reply_late: bool


def check_lead(staff: StaffMember, hall_id: str) -> None:
    """Raises LeadsOnly."""
    if not staff.may(LEADS, hall_id):
        raise LeadsOnly()


async def unsettled(tx: Tx, hall_id: str, now: datetime, promise: Promise) -> tuple[Open, ...]:
    """Every bad rating of a hall that is not settled, the oldest first. Raises HallNotFound."""
    calendar = await places.calendar(tx, (await places.hall(tx, hall_id)).id)
    bad = (ratings.c.hall_id == hall_id, ratings.c.level <= Level.BAD, ratings.c.settled_at.is_(None))
    found = [rating_of(row) for row in await tx.all(select_ratings.where(*bad).order_by(ratings.c.id))]
    return tuple(_open(one, owed(one.at, promise, calendar), now) for one in found)


def _open(rating: Rating, by: Owed, now: datetime) -> Open:
    today = day_of(now)
    is_contact_late = rating.contacted_at is None and by.contact_by is not None and today > by.contact_by
    is_reply_late = rating.answered_at is None and by.reply_by is not None and today > by.reply_by
    return Open(rating, by, is_contact_late, is_reply_late)


async def overdue(tx: Tx, hall_id: str, now: datetime, promise: Promise) -> tuple[Open, ...]:
    """Those of `unsettled` for which a promise has been broken."""
    return tuple(one for one in await unsettled(tx, hall_id, now, promise) if one.is_contact_late or one.is_reply_late)


async def warn(tx: Tx, hall_id: str, now: datetime, promise: Promise) -> int:
    """For a job: notes each broken promise once, as a fact. Returns how many are new."""
    new = 0
    for late in await overdue(tx, hall_id, now, promise):
        await _locked(tx, late.rating.id)
        known = {fact.what for fact in await facts(tx, late.rating.id)}
        broken = {What.LATE_CONTACT: late.is_contact_late, What.LATE_REPLY: late.is_reply_late}
        for what, is_late in broken.items():
            if is_late and what not in known:
                await write(tx, late.rating.id, what, now, JOB)
                new += 1
    return new


async def recent(tx: Tx, hall_id: str, staff: StaffMember, n: int = 50) -> tuple[Rating, ...]:
    """The newest ratings of a hall, good ones too. Raises LeadsOnly, HallNotFound."""
    check_lead(staff, hall_id)
    await places.hall(tx, hall_id)
    here = select_ratings.where(ratings.c.hall_id == hall_id).order_by(ratings.c.id.desc()).limit(n)
    return tuple(rating_of(row) for row in await tx.all(here))


async def look(tx: Tx, rating_id: int, staff: StaffMember, now: datetime) -> tuple[Rating, tuple[Fact, ...]]:
    """A rating with number and contact, and its history; that it was looked at is noted. Raises LeadsOnly,
    RatingNotFound."""
    found = await _locked(tx, rating_id)
    check_lead(staff, found.hall_id)
    await write(tx, found.id, What.SEEN, now, staff.name)
    return found, await facts(tx, found.id)


async def _locked(tx: Tx, rating_id: int) -> Rating:
    row = await tx.one(select_ratings.where(ratings.c.id == rating_id).with_for_update())
    if row is None:
        raise RatingNotFound(number=rating_id)
    return rating_of(row)


async def _owing(tx: Tx, rating_id: int, staff: StaffMember) -> Rating:
    found = await _locked(tx, rating_id)
    check_lead(staff, found.hall_id)
    if not found.is_open:
        raise NothingOwed(number=rating_id, why="已经了结了" if found.level.is_bad else "不是差评")
    return found


async def call(tx: Tx, rating_id: int, staff: StaffMember, note: str, now: datetime) -> Rating:
    """The person was called (回访); what was said is kept sealed.

    Raises LeadsOnly, RatingNotFound, NothingOwed, BadReply.
    """
    found = await _owing(tx, rating_id, staff)
    await write(tx, found.id, What.CALLED, now, staff.name, _words(note))
    return await _change(tx, found, contacted_at=found.contacted_at or now)


async def answer(tx: Tx, rating_id: int, staff: StaffMember, text: str, now: datetime) -> Rating:
    """What the hall has done about it, in words for the person, who is told by notice; a later answer stands beside
    the first. Raises LeadsOnly, RatingNotFound, NothingOwed, BadReply."""
    found = await _owing(tx, rating_id, staff)
    reply = _words(text)
    fact = await write(tx, found.id, What.ANSWERED, now, staff.name, reply)
    if found.citizen_id is not None:
        told = {"number": found.number, "matter": found.matter_name, "reply": reply}
        await notices.tell(
            tx, found.citizen_id, Notice.REPLIED, told, f"replied:{fact}", now, by_day(now), hall_id=found.hall_id
        )
    return await _change(tx, found, contacted_at=found.contacted_at or now, answered_at=now, reply=reply)


def _words(said: str) -> str:
    said = " ".join(said.split())
    if not 0 < len(said) <= REPLY_LIMIT:
        raise BadReply(most=REPLY_LIMIT)
    return scrub(said)


async def settle(tx: Tx, rating_id: int, staff: StaffMember, note: str, now: datetime) -> Rating:
    """It is done with, and the phone is erased.

    Raises LeadsOnly, RatingNotFound, NothingOwed, BadReply, AnswerFirst.
    """
    found = await _owing(tx, rating_id, staff)
    if found.answered_at is None:
        raise AnswerFirst(number=rating_id, lacking="答复")
    called = select(rating_facts.c.id).where(rating_facts.c.rating_id == found.id, rating_facts.c.what == What.CALLED)
    if found.wants_call and await tx.value(called.limit(1)) is None:
        raise AnswerFirst(number=rating_id, lacking="打过电话，群众要求回访")
    await write(tx, found.id, What.SETTLED, now, staff.name, _words(note))
    return await _change(tx, found, settled_at=now, contact=None)


async def _change(tx: Tx, rating: Rating, **values: Any) -> Rating:
    await tx.run(update(ratings).where(ratings.c.id == rating.id).values(**values))
    return replace(rating, **values)
