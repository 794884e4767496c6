"""The waiting list (候补): joining, leaving, and places offered as they come free, first come, first served.

An offer is a place kept for one person (kept.py) and one notice, three at most; the same slot is offered to nobody
twice. Locks: the rows of places given back, then people, what they are counted by, slots, and last the notices.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from sqlalchemy import and_, delete, func, insert, or_, select, update

from hall.appointments import freed, kept, people, permits, rule_book
from hall.appointments.booking import take_place
from hall.appointments.kept import MOST_OFFERS, every_wait, read_wait
from hall.appointments.model import Slot, State, Wait, WaitState
from hall.appointments.reading import every_slot, read_slots
from hall.appointments.refusals import BadDays, NotBookable, NothingReleased, PlacesFree, WaitNotFound
from hall.appointments.rule_book import RuleBook
from hall.appointments.rules import Key
from hall.appointments.slots import NEAR
from hall.appointments.tables import freed_places, holds, slots, waits
from hall.citizens import service as citizens
from hall.citizens.tables import citizens as people_table
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.notices import service as notices
from hall.notices.model import Kind, by_day
from kit.clock import day_of, local, say_day
from kit.db import Tx

LONGEST_DAYS = 60
LEAST = timedelta(minutes=15)  # a place that begins sooner is offered to nobody: who could read it and come?
HEAD_START = timedelta(minutes=5)  # before the slot begins an offer ends
CONSIDERED = 50  # people at the head of the list looked at for one place
_is_waiting = waits.c.state == WaitState.WAITING
LIVE = (WaitState.WAITING, WaitState.OFFERED)


# ------------------------------------------------------------------------------------------------ one's own


async def join(tx: Tx, citizen_id: int, matter: Matter, from_on: date, to_on: date, now: datetime) -> Wait:
    """Puts a person on the list; one already there keeps their place and gets the new days.

    Raises NotBookable, BadDays, NothingReleased, PlacesFree.
    """
    if not matter.is_open_to_booking:
        raise NotBookable(matter=matter.name)
    await citizens.lock(tx, citizen_id)
    today = day_of(now)
    last_on = today + timedelta(days=LONGEST_DAYS)
    if not today <= from_on <= to_on <= last_on:
        bounds = {"first_on": today.isoformat(), "last_on": last_on.isoformat()}
        raise BadDays(days=f"{say_day(today)}到{say_day(last_on)}", **bounds)
    out = every_slot.where(
        slots.c.hall_id == matter.hall_id, slots.c.group_id == matter.group_id, slots.c.closure_id.is_(None),
        slots.c.on >= from_on, slots.c.on <= to_on, slots.c.starts_at > now, slots.c.capacity > 0,
    )  # fmt: skip
    released = await read_slots(tx, out.order_by(slots.c.starts_at))
    if not released:
        raise NothingReleased()
    if free := [slot for slot in released if slot.left > 0]:
        await _refuse_if_free(tx, citizen_id, matter, free, now)
    return await _enter(tx, citizen_id, matter, from_on, to_on, now)


async def _refuse_if_free(tx: Tx, citizen_id: int, matter: Matter, free: Sequence[Slot], now: datetime) -> None:
    """Who could have a free place books it; who could not, may wait for the day when they can."""
    rules = await rule_book.rules_of(tx, matter.hall_id, matter.group_id, matter.id)
    marks = (await permits.marks_known(tx, [citizen_id]))[citizen_id]
    days = {slot.on: slot for slot in free}
    open_on = {on for on, one in days.items() if await permits.objection(tx, rules, one, matter.id, marks, now) is None}
    if near := [slot for slot in free if slot.on in open_on]:
        raise PlacesFree(near[:NEAR])


async def _enter(tx: Tx, citizen_id: int, matter: Matter, from_on: date, to_on: date, now: datetime) -> Wait:
    key = f"{citizen_id}:{matter.group_id}:{matter.id}"
    row = await tx.one(every_wait.where(waits.c.live_key == key))
    if row is not None:
        await tx.run(update(waits).where(waits.c.id == row.id).values(from_on=from_on, to_on=to_on))
        return replace(read_wait(row), from_on=from_on, to_on=to_on)
    made = Wait(0, citizen_id, matter.hall_id, matter.group_id, matter.id, from_on, to_on, WaitState.WAITING, 0, now)
    written = {f.name: getattr(made, f.name) for f in fields(Wait) if f.name != "id"}
    return replace(made, id=await tx.insert(insert(waits).values(live_key=key, **written)))


async def own(tx: Tx, citizen_id: int) -> tuple[Wait, ...]:
    """What a person is waiting for."""
    theirs = every_wait.where(waits.c.citizen_id == citizen_id, waits.c.state.in_(LIVE))
    return tuple(read_wait(row) for row in await tx.all(theirs))


async def leave(tx: Tx, citizen_id: int, wait_id: int, now: datetime) -> Wait:
    """Takes a person off the list; a place offered to them goes to the next. Raises WaitNotFound."""
    await citizens.lock(tx, citizen_id)
    found = next((one for one in await own(tx, citizen_id) if one.id == wait_id), None)
    if found is None:
        raise WaitNotFound()
    await kept.end(tx, [wait_id], WaitState.OVER)
    await kept.give_up(tx, [one for one in await kept.own(tx, citizen_id) if one.waiting_id == wait_id], now)
    return replace(found, state=WaitState.OVER)


async def last_day_out(tx: Tx, matter: Matter, now: datetime) -> date | None:
    """The last day for which there are slots, free or not."""
    ahead = (slots.c.hall_id == matter.hall_id, slots.c.group_id == matter.group_id, slots.c.starts_at > now)
    last: date | None = await tx.value(select(slots.c.on).where(*ahead).order_by(slots.c.starts_at.desc()).limit(1))
    return last


async def before(tx: Tx, wait: Wait) -> int:
    """How many people who want the same kind of place stand before this one."""
    ahead = (waits.c.group_id == wait.group_id, waits.c.state == WaitState.WAITING, waits.c.id < wait.id)
    overlapping = (waits.c.from_on <= wait.to_on, waits.c.to_on >= wait.from_on)
    return int(await tx.value(select(func.count()).select_from(waits).where(*ahead, *overlapping)))


async def marks_offered(tx: Tx) -> set[str]:
    """Fingerprints of the openids of everybody who is, or lately was, offered a place: a 好 of theirs is about it."""
    offered = or_(waits.c.state == WaitState.OFFERED, and_(_is_waiting, waits.c.notices > 0))
    theirs = select(people_table.c.openid_mark).join(waits, waits.c.citizen_id == people_table.c.id)
    found = await tx.all(theirs.where(offered, people_table.c.openid.is_not(None)).distinct())
    return {row.openid_mark for row in found}


async def close_past(tx: Tx, now: datetime, n: int = 100) -> int:
    """Job: ends waits whose days are past, and says so; returns how many."""
    past = every_wait.where(waits.c.state == WaitState.WAITING, waits.c.to_on < day_of(now))
    looked_at = {row.citizen_id for row in await tx.all(past.limit(n))}
    await people.lock(tx, looked_at, ())
    ended = [read_wait(row) for row in await tx.all(past.where(waits.c.citizen_id.in_(sorted(looked_at))))]
    for wait in ended:
        await kept.end_unserved(tx, wait, now)
    return len(ended)


# ------------------------------------------------------------------------------------------------ offering


@dataclass(frozen=True, slots=True)
class Given:
    """What became of places: offered to who waits, or open to everybody again."""

    offered: int
    returned: int


async def return_due(tx: Tx, now: datetime, n: int = 50) -> Given:
    """Job: places given back whose time has come go to the waiting list, or to everybody. Safe from several workers.

    At night nobody is offered anything: a place somebody waits for stays back until the morning.
    """
    due = select(freed_places.c.id, freed_places.c.slot_id).where(freed_places.c.returns_at <= now)
    rows = await tx.all(due.order_by(freed_places.c.id).limit(n))
    found = {slot.id: slot for slot in await _read_slots(tx, {row.slot_id for row in rows})}
    if by_day(now) != now:
        line = await _waiting(tx, {slot.group_id for slot in found.values()})
        rows = [row for row in rows if not any(_may_be_offered(one, found[row.slot_id], now) for one in line)]
    ours = [row for row in rows if await tx.run(delete(freed_places).where(freed_places.c.id == row.id))]
    places = sorted((found[row.slot_id] for row in ours), key=lambda slot: slot.id)
    left = await _offer(tx, places, now, is_in_hand=True)
    return Given(len(places) - len(left), len(left))


async def offer_free(tx: Tx, now: datetime) -> int:
    """Job: offers places that are free for another reason (a hall reopened, more places, someone may book again)."""
    groups = {row.group_id for row in await tx.all(select(waits.c.group_id).where(_is_waiting).distinct())}
    if not groups or by_day(now) != now:
        return 0
    line = await _waiting(tx, groups)
    first, last = min(one.from_on for one in line), max(one.to_on for one in line)
    free = every_slot.where(
        slots.c.group_id.in_(sorted(groups)), slots.c.on >= first, slots.c.on <= last, slots.c.starts_at > now,
        slots.c.booked < slots.c.capacity, slots.c.closure_id.is_(None),
    )  # fmt: skip
    places = [
        slot
        for slot in await read_slots(tx, free.order_by(slots.c.id))
        for _ in range(min(slot.left, sum(_may_be_offered(one, slot, now) for one in line)))
    ]
    return len(places) - len(await _offer(tx, places, now, is_in_hand=False)) if places else 0


async def _read_slots(tx: Tx, ids: Iterable[int]) -> list[Slot]:
    return await read_slots(tx, every_slot.where(slots.c.id.in_(sorted(ids)))) if ids else []


async def _waiting(tx: Tx, groups: Iterable[int]) -> list[Wait]:
    """Who waits, the longest first."""
    rows = await tx.all(every_wait.where(_is_waiting, waits.c.group_id.in_(sorted(groups)))) if groups else []
    return [read_wait(row) for row in rows]


def _may_be_offered(wait: Wait, slot: Slot, now: datetime) -> bool:
    return wait.fits(slot) and slot.closure_id is None and slot.starts_at >= now + LEAST


async def _offer(tx: Tx, places: Sequence[Slot], now: datetime, *, is_in_hand: bool) -> list[Slot]:
    """Offers each place to the first who waits for it and may have it; returns the places nobody got.

    Places in hand count as booked already, and those nobody got are given to everybody; others are taken for it.
    """
    line = await _line(tx, places, now)
    offers: list[tuple[Wait, Slot]] = []
    left: list[Slot] = []
    for slot in places:
        wait = await line.first_for(tx, slot)
        if wait is None or not (is_in_hand or await take_place(tx, slot.id)):
            left.append(slot)
        else:
            line.waits.remove(wait)
            offers.append((wait, slot))
    if is_in_hand:
        for slot in left:
            await freed.return_places(tx, slot.id)
    for wait, slot in offers:
        await _make_offer(tx, wait, slot, line.books[wait.hall_id], now)
    return left


@dataclass(slots=True)
class _Line:
    """Who waits, locked, with what decides whether they may have a place."""

    waits: list[Wait]
    books: dict[str, RuleBook]
    marks: dict[int, dict[Key, str]]
    told: set[str]  # offers made before
    keeping: set[tuple[int, int]]  # citizens and slots they hold a place in
    now: datetime

    async def first_for(self, tx: Tx, slot: Slot) -> Wait | None:
        for wait in list(self.waits):
            if not _may_be_offered(wait, slot, self.now) or offer_key(wait, slot) in self.told:
                continue
            if (wait.citizen_id, slot.id) in self.keeping:
                continue
            if await self._has_booked(tx, wait):
                self.waits.remove(wait)
                await kept.end(tx, [wait.id], WaitState.TAKEN)
                continue
            rules = self.books[wait.hall_id].of(wait.group_id, wait.matter_id)
            marks = self.marks[wait.citizen_id]
            if await permits.objection(tx, rules, slot, wait.matter_id, marks, self.now) is None:
                return wait
        return None

    async def _has_booked(self, tx: Tx, wait: Wait) -> bool:
        """They found a place for it by themselves."""
        past = await people.history(tx, [Key.CITIZEN.mark(wait.citizen_id)], wait.from_on)
        return any(
            one.state is State.BOOKED and one.matter_id == wait.matter_id and one.group_id == wait.group_id
            and one.on <= wait.to_on and one.booked_at >= wait.asked_at
            for one in past
        )  # fmt: skip


async def _line(tx: Tx, places: Sequence[Slot], now: datetime) -> _Line:
    """Locks everybody who may come into question, and looks again: who waited a moment ago may not any more."""
    near: dict[int, Wait] = {}
    every = await _waiting(tx, {slot.group_id for slot in places})
    for slot in {slot.id: slot for slot in places}.values():
        fitting = [one for one in every if _may_be_offered(one, slot, now)]
        near |= {one.id: one for one in fitting[: CONSIDERED + len(places)]}
    citizen_ids = {one.citizen_id for one in near.values()}
    marks = await permits.marks_known(tx, citizen_ids) if near else {}
    await people.lock(tx, citizen_ids, (mark for known in marks.values() for mark in known.values()))
    if not near:
        return _Line([], {}, {}, set(), set(), now)
    again = [read_wait(row) for row in await tx.all(every_wait.where(_is_waiting, waits.c.id.in_(sorted(near))))]
    books = {hall_id: await rule_book.book(tx, hall_id) for hall_id in {one.hall_id for one in again}}
    told = await notices.made_before(tx, [offer_key(one, slot) for one in again for slot in places if one.fits(slot)])
    kept_now = select(holds.c.citizen_id, holds.c.slot_id).where(holds.c.citizen_id.in_(sorted(citizen_ids)))
    keeping = {(row.citizen_id, row.slot_id) for row in await tx.all(kept_now)}
    return _Line(again, books, marks, told, keeping, now)


def offer_key(wait: Wait, slot: Slot) -> str:
    """Names the notice of an offer: nobody is offered the same time twice."""
    return f"offered:{wait.id}:{slot.id}"


async def _make_offer(tx: Tx, wait: Wait, slot: Slot, book: RuleBook, now: datetime) -> None:
    minutes = book.of(wait.group_id, wait.matter_id).offer_minutes
    until_at = min(now + timedelta(minutes=minutes), slot.starts_at - HEAD_START)
    made = wait.notices + 1
    await kept.keep(tx, wait.citizen_id, slot, until_at, wait.id)
    await tx.run(update(waits).where(waits.c.id == wait.id).values(state=WaitState.OFFERED, notices=made))
    facts = {
        "matter": (await matters.matter(tx, wait.hall_id, wait.matter_id)).name, "slot_id": slot.id,
        "starts_at": local(slot.starts_at).isoformat(), "until_at": local(until_at).isoformat(),
        "last": made >= MOST_OFFERS,
    }  # fmt: skip
    await notices.tell(tx, wait.citizen_id, Kind.OFFERED, facts, offer_key(wait, slot), now, hall_id=wait.hall_id)
