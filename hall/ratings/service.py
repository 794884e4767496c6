"""Saying how it was, once per dealing; what was said; forgetting who said it."""

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from hall.notices import service as notices
from hall.places import service as places
from hall.ratings import reasons
from hall.ratings.dealings import since_of
from hall.ratings.model import (
    NOTE_LIMIT,
    AlreadyRated,
    Channel,
    Dealing,
    Fact,
    Given,
    Kind,
    Level,
    NoSuchLevel,
    NoSuchReason,
    NoteTooLong,
    NotOverYet,
    PhoneNeeded,
    Promise,
    Rating,
    TooLateToRate,
    What,
)
from hall.ratings.tables import rating_facts, ratings
from kit.clock import day_of
from kit.db import Duplicate, Tx
from kit.ids import read_phone, scrub

CITIZEN, JOB = "citizen", "job"
MOST_GIVEN = 50  # of one person's, shown to them
select_ratings = select(*(ratings.c[f.name] for f in fields(Rating)))


def rating_of(row: Any) -> Rating:
    found = dict(zip(row._fields, row, strict=True))
    read = {"kind": Kind(row.kind), "level": Level(row.level), "channel": Channel(row.channel)}
    return Rating(**(found | read | {"reasons": tuple(row.reasons)}))


async def rate(tx: Tx, dealing: Dealing, given: Given, channel: Channel, now: datetime, promise: Promise) -> Rating:
    """Keeps what a person says of a dealing that is over. It is said once and stays as it is.

    Personal numbers in the note are replaced before it is kept. A phone is kept only for a call that is wanted after a
    bad rating. Raises NotOverYet, TooLateToRate, AlreadyRated, NoSuchLevel, NoSuchReason, NoteTooLong, PhoneNeeded.
    """
    if dealing.ended_at is None:
        raise NotOverYet(number=dealing.number)
    if dealing.ended_at < since_of(now, promise.window_days):
        raise TooLateToRate(number=dealing.number, days=promise.window_days)
    await places.hall(tx, dealing.hall_id)
    level, chosen, note = read_level(given.level), tuple(dict.fromkeys(given.reasons)), _note(given.note)
    check_reasons(level, chosen)
    wants_call = given.wants_call and level.is_bad
    row: dict[str, Any] = {
        "hall_id": dealing.hall_id,
        "kind": dealing.kind,
        "dealing_id": dealing.id,
        "number": dealing.number,
        "matter_id": dealing.matter_id,
        "matter_name": dealing.matter_name,
        "counter": dealing.counter,
        "citizen_id": dealing.citizen_id,
        "level": level,
        "reasons": chosen,
        "note": note,
        "wants_call": wants_call,
        "contact": _contact(given, dealing) if wants_call else None,
        "at": now,
        "channel": channel,
    }
    kept = row | {"level": int(level), "reasons": list(chosen), "on": day_of(now)}
    blank: dict[str, Any] = dict.fromkeys(("contacted_at", "answered_at", "settled_at", "reply"))
    try:
        rating_id = await tx.insert(insert(ratings).values(**kept, **blank))
    except Duplicate:
        raise AlreadyRated(number=dealing.number) from None
    await write(tx, rating_id, What.RATED, now, CITIZEN)
    await notices.withdraw(tx, invitation_key(dealing), now)
    return Rating(id=rating_id, **row, **blank)


def invitation_key(dealing: Dealing) -> str:
    """Of the notice that asks how it was."""
    return f"rate:{dealing.kind}:{dealing.id}"


def read_level(said: int) -> Level:
    """Raises NoSuchLevel."""
    if said not in set(Level):
        raise NoSuchLevel()
    return Level(said)


def check_reasons(level: Level, chosen: Iterable[str]) -> None:
    """Raises NoSuchReason."""
    if not {reason.id for reason in reasons.by_level()[level]}.issuperset(chosen):
        raise NoSuchReason(level=level.chinese)


def _note(said: str | None) -> str | None:
    said = " ".join((said or "").split())
    if len(said) > NOTE_LIMIT:
        raise NoteTooLong(most=NOTE_LIMIT)
    return scrub(said) or None


def _contact(given: Given, dealing: Dealing) -> str:
    phone = read_phone(given.phone) if given.phone else dealing.phone
    if phone is None:
        raise PhoneNeeded()
    return phone


# ------------------------------------------------------------------------------------------------ what was said


async def given_by(tx: Tx, citizen_id: int) -> tuple[Rating, ...]:
    """What a person has said, the newest first."""
    theirs = select_ratings.where(ratings.c.citizen_id == citizen_id).order_by(ratings.c.id.desc())
    return tuple(rating_of(row) for row in await tx.all(theirs.limit(MOST_GIVEN)))


async def of_dealing(tx: Tx, kind: Kind, dealing_id: int) -> Rating | None:
    """What was said of a dealing, for whoever is entitled to know of it."""
    row = await tx.one(select_ratings.where(ratings.c.kind == kind, ratings.c.dealing_id == dealing_id))
    return None if row is None else rating_of(row)


async def facts(tx: Tx, rating_id: int) -> tuple[Fact, ...]:
    """All that happened to a rating, in order."""
    told = select(*(rating_facts.c[f.name] for f in fields(Fact))).where(rating_facts.c.rating_id == rating_id)
    return tuple(Fact(What(row.what), *row[1:]) for row in await tx.all(told.order_by(rating_facts.c.id)))


async def write(tx: Tx, rating_id: int, what: What, now: datetime, by: str, note: str | None = None) -> int:
    """Adds a fact; returns its number."""
    told = {"rating_id": rating_id, "what": what, "at": now, "by": by, "note": note}
    return await tx.insert(insert(rating_facts).values(**told))


# ------------------------------------------------------------------------------------------------ forgetting


async def forget(tx: Tx, citizen_id: int, now: datetime) -> None:
    """Somebody has left: levels and reasons stay without them. What can no longer be answered is settled."""
    theirs = ratings.c.citizen_id == citizen_id
    still_open = select(ratings.c.id).where(theirs, ratings.c.level <= Level.BAD, ratings.c.settled_at.is_(None))
    for row in await tx.all(still_open.with_for_update()):
        await tx.run(update(ratings).where(ratings.c.id == row.id).values(settled_at=now))
        await write(tx, row.id, What.SETTLED, now, JOB)
    gone: dict[str, Any] = dict.fromkeys(("citizen_id", "note", "contact", "reply"))
    mine = select(ratings.c.id).where(theirs)
    ids = [row.id for row in await tx.all(mine)]
    if ids:
        await tx.run(update(rating_facts).where(rating_facts.c.rating_id.in_(ids)).values(note=None))
        await tx.run(update(ratings).where(ratings.c.id.in_(ids)).values(**gone, wants_call=False))


async def sweep(tx: Tx, before: datetime, n: int = 500) -> int:
    """Erases, of ratings given before an instant that are not open, who gave them and every word; levels and reasons
    stay for the sums. Returns how many."""
    is_over = (ratings.c.level > Level.BAD) | ratings.c.settled_at.is_not(None)
    has_words = ratings.c.note.is_not(None) | ratings.c.reply.is_not(None) | ratings.c.citizen_id.is_not(None)
    old = select(ratings.c.id).where(ratings.c.at < before, is_over, has_words).order_by(ratings.c.id).limit(n)
    ids = [row.id for row in await tx.all(old)]
    if ids:
        gone: dict[str, Any] = dict.fromkeys(("citizen_id", "note", "contact", "reply"))
        await tx.run(update(ratings).where(ratings.c.id.in_(ids)).values(**gone))
        await tx.run(update(rating_facts).where(rating_facts.c.rating_id.in_(ids)).values(note=None))
    return len(ids)
