"""Booking: many wishes decided in one transaction, one after the other as they came; a single one is a batch of one.

What makes it right: the people are locked first (so that their limits, their holds and their idempotency keys hold
still), and a place is had by one guarded UPDATE of the slot and by nothing else (limits.md, Booking). What makes it
fast: a batch asks each question once for everybody in it.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Update, select, update

from hall.appointments import forms, kept, numbers, people, rule_book, shut_matters
from hall.appointments.checks import Ban, Past, Wish, refusal, unfit
from hall.appointments.model import Appointment, Form, Relation, Request, Slot, State
from hall.appointments.offers import Of, nearest_on_offer
from hall.appointments.reading import OF_SLOT, every_appointment, every_slot, read_appointment, read_slots
from hall.appointments.refusals import (
    AlreadyBooked,
    KeyReused,
    NotBookable,
    SlotFull,
)
from hall.appointments.rule_book import RuleBook
from hall.appointments.rule_files import USUAL
from hall.appointments.rules import Key
from hall.appointments.shut_matters import Shut
from hall.appointments.tables import appointments, holds, slots
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.calendar import PUBLISHED, Calendar
from kit import once
from kit.clock import say_day
from kit.db import Duplicate, Tx
from kit.db.outcomes import Contended
from kit.errors import Problem, Unavailable

SCOPE = "book"  # of idempotency keys; they are the citizen's own


@dataclass(slots=True)
class _Asked:
    """A request in plain shape, with what the person can be counted by, and what the rules do count by."""

    request: Request
    marks: dict[Key, str]
    counted: dict[Key, str]

    @property
    def name(self) -> str | None:
        return name_of(self.request)

    def key(self, on: date) -> str:
        request, form = self.request, self.request.form
        return key_of(request.citizen_id, request.matter.id, on, form.relation, self.marks, form.name)


@dataclass(slots=True)
class _Place:
    """A place decided on, not yet written."""

    asked: _Asked
    slot: Slot
    number: str
    live_key: str
    is_reserve: bool
    hold_id: int | None


@dataclass(slots=True)
class _Ground:
    """What a batch is decided on. It changes as places are given, so that the next in line sees it."""

    now: datetime
    slots: dict[int, Slot]
    rules: dict[str, RuleBook]  # by hall
    history: list[Past]
    bans: dict[str, list[Ban]]  # by hall
    held: dict[tuple[int, int], int]  # citizen and slot: the hold that keeps the place
    calendars: dict[str, Calendar]  # by hall
    numbers: dict[str, str]  # live keys taken, with the appointment's number
    drawn: list[str]  # numbers nobody has, one for each who asks
    shut: tuple[Shut, ...]  # matters closed for a while, read with the slots locked
    near: dict[tuple[int, str], tuple[Slot, ...]] = field(default_factory=dict)

    def note(self, place: _Place) -> None:
        """A place is given: whoever comes next in the batch finds it so."""
        slot = place.slot
        if place.is_reserve:
            self.slots[slot.id] = replace(slot, reserve_booked=slot.reserve_booked + 1)
        elif place.hold_id is None:
            self.slots[slot.id] = replace(slot, booked=slot.booked + 1)
        self.numbers[place.live_key] = place.number
        self.history.append(Past(
            0, slot.id, slot.group_id, place.asked.request.matter.id, slot.on, slot.starts_at, slot.ends_at,
            State.BOOKED, self.now, None, False, frozenset(place.asked.marks.values()),
        ))  # fmt: skip


async def book(tx: Tx, request: Request, now: datetime) -> Appointment:
    """Books one place.

    Raises NotBookable, BadName, BadPhone, BadIdNumber, BadCreditCode, NeedsCompany, KeyReused, SlotGone,
    SlotNotForMatter, MatterShut, Banned, OutsideWindow, NeedsKey, LimitReached, AlreadyBooked, SlotFull.
    """
    (decided,) = await book_all(tx, [request], now)
    if isinstance(decided, Problem):
        raise decided
    return decided


async def book_all(
    tx: Tx, requests: Sequence[Request], now: datetime, *, has_looked: bool = False
) -> list[Appointment | Problem]:
    """Books for many at once, in their order; each gets the appointment, or the refusal that `book` would raise.

    `has_looked`: the caller has just seen that the slots have places, so no look is taken before they are locked.
    """
    decided: list[Appointment | Problem | None] = [None] * len(requests)
    tidy: dict[int, Request] = {}
    for place, request in enumerate(requests):
        try:
            tidy[place] = replace(request, form=_good(request))
        except Problem as problem:
            decided[place] = problem
    if tidy:
        for place, outcome in zip(tidy, await _book_tidy(tx, list(tidy.values()), now, has_looked), strict=True):
            decided[place] = outcome
    return [outcome for outcome in decided if outcome is not None]


def _good(request: Request) -> Form:
    """The form with every part in its plain shape."""
    if not request.matter.is_open_to_booking:
        raise NotBookable(matter=request.matter.name)
    return forms.tidy(request.form)


async def _book_tidy(
    tx: Tx, requests: Sequence[Request], now: datetime, has_looked: bool
) -> list[Appointment | Problem]:
    books = {hall_id: await rule_book.book(tx, hall_id) for hall_id in sorted({r.matter.hall_id for r in requests})}
    asked = [_counted(request, books) for request in requests]
    await people.lock(tx, (r.citizen_id for r in requests), (m for one in asked for m in one.counted.values()))
    told = await _told_before(tx, requests)
    fresh_ones = [one for one in asked if one.name not in told]
    ground = await _ground(tx, fresh_ones, books, now, has_looked)
    decided: list[_Place | Appointment | Problem] = []
    fresh: dict[str, _Place] = {}  # places decided on in this batch, by idempotency key
    for one in asked:
        if one.name in told:
            decided.append(_again(one.request, *told[one.name]))
        elif one.name is not None and one.name in fresh:
            same = _digest(fresh[one.name].asked.request) == _digest(one.request)
            decided.append(fresh[one.name] if same else KeyReused())
        else:
            outcome = await _decide(tx, one, ground)
            if one.name is not None and isinstance(outcome, _Place):
                fresh[one.name] = outcome
            decided.append(outcome)
    placed = {place.number: place for place in decided if isinstance(place, _Place)}
    await _take(tx, list(placed.values()))
    made = await _enter(tx, list(placed.values()), now)
    return [made[one.number] if isinstance(one, _Place) else one for one in decided]


def _counted(request: Request, books: dict[str, RuleBook]) -> _Asked:
    keys = books[request.matter.hall_id].of(request.matter.group_id, request.matter.id).keys() | {Key.CITIZEN}
    marks = people.marks_of(request.citizen_id, request.form)
    return _Asked(request, marks, {key: mark for key, mark in marks.items() if key in keys})


# ------------------------------------------------------------------------------------------------ asked before


def name_of(request: Request) -> str | None:
    """The key under which an answer is kept: keys are the citizen's own. None: none was given."""
    return None if request.key is None else f"{request.citizen_id}:{request.key}"


def _digest(request: Request) -> str:
    """What must be the same when a key comes again."""
    who = (getattr(request.form, f.name) for f in fields(Form))
    said = (request.slot_id, request.matter.hall_id, request.matter.id, *who)
    return hashlib.sha256(repr(said).encode()).hexdigest()[:16]


async def _told_before(tx: Tx, requests: Iterable[Request]) -> dict[str | None, tuple[Appointment, str]]:
    """What keys that came before were answered, with the digest of what they asked."""
    answers = await once.answers(tx, SCOPE, sorted({name for r in requests if (name := name_of(r)) is not None}))
    kept = {name: answer.split() for name, answer in answers.items()}
    if not kept:
        return {}
    numbers = {number for number, _ in kept.values()}
    rows = await tx.all(every_appointment.where(appointments.c.number.in_(sorted(numbers))))
    found = {row.number: read_appointment(row) for row in rows}
    return {name: (found[number], digest) for name, (number, digest) in kept.items()}


def _again(request: Request, made: Appointment, digest: str) -> Appointment | Problem:
    return made if digest == _digest(request) else KeyReused()


# ------------------------------------------------------------------------------------------------ deciding


async def _ground(
    tx: Tx, asked: Sequence[_Asked], books: dict[str, RuleBook], now: datetime, has_looked: bool
) -> _Ground:
    held = await _holds_of(tx, sorted({one.request.citizen_id for one in asked}), now)
    found = await _slots_to_decide_on(tx, sorted({one.request.slot_id for one in asked}), has_looked)
    shut = await shut_matters.ahead(tx, list(books), now)
    every = sorted({mark for one in asked for mark in one.counted.values()})
    all_rules = [rules for book in books.values() for rules in book.sets.values()] or [USUAL]
    since = min(rules.looks_back_to(now) for rules in all_rules)
    history = await people.history(tx, every, since)
    can_pause = sorted(hall_id for hall_id, book in books.items() if book.can_pause)
    bans = {hall_id: await people.bans_of(tx, hall_id, every, now) for hall_id in can_pause}
    keys = [one.key(slot.on) for one in asked if (slot := found.get(one.request.slot_id)) is not None]
    calendars = {hall_id: await _calendar(tx, hall_id, books[hall_id]) for hall_id in sorted(books)}
    drawn = await numbers.draw(tx, len(asked), now)
    return _Ground(now, found, books, history, bans, held, calendars, await numbers_of(tx, keys), drawn, shut)


async def _calendar(tx: Tx, hall_id: str, book: RuleBook) -> Calendar:
    """Read only where a rule counts working days: most halls' do not."""
    needs_it = any(rules.counts_workdays for rules in book.sets.values())
    return await places.calendar(tx, hall_id) if needs_it else PUBLISHED


async def _holds_of(tx: Tx, citizen_ids: Sequence[int], now: datetime) -> dict[tuple[int, int], int]:
    """Locked, before the slots: the job that ends holds takes them in the same order."""
    if not citizen_ids:
        return {}
    keeping = select(holds.c.id, holds.c.citizen_id, holds.c.slot_id).order_by(holds.c.id)
    theirs = keeping.where(holds.c.citizen_id.in_(citizen_ids), holds.c.until_at > now)
    return {(row.citizen_id, row.slot_id): row.id for row in await tx.all(theirs.with_for_update())}


async def _slots_to_decide_on(tx: Tx, wanted: Sequence[int], has_looked: bool) -> dict[int, Slot]:
    """A look first, so that nobody waits at the lock of a slot that is full; those with places are locked, by id."""
    if not wanted:
        return {}
    here = every_slot.where(slots.c.id.in_(wanted))
    if has_looked:
        return {one.id: one for one in await read_slots(tx, here.order_by(slots.c.id).with_for_update())}
    seen = {one.id: one for one in await read_slots(tx, here)}
    free = [slot.id for slot in seen.values() if slot.left > 0 or slot.reserve_left > 0]
    if not free:
        return seen
    locked = every_slot.where(slots.c.id.in_(sorted(free))).order_by(slots.c.id).with_for_update()
    return seen | {one.id: one for one in await read_slots(tx, locked)}


async def _decide(tx: Tx, asked: _Asked, ground: _Ground) -> _Place | Problem:
    request, matter, now = asked.request, asked.request.matter, ground.now
    slot = ground.slots.get(request.slot_id)
    if said := unfit(slot, matter.hall_id, matter.group_id, matter.name, now):
        return said
    assert slot is not None, "a slot that fits is there"
    if closed := shut_matters.refusal(ground.shut, slot, matter.id, matter.name):
        return closed
    live_key = asked.key(slot.on)
    if number := ground.numbers.get(live_key):
        return AlreadyBooked(day=say_day(slot.on), matter=matter.name, number=number)
    rules = ground.rules[slot.hall_id].of(matter.group_id, matter.id)
    wish = Wish(slot, matter.id, asked.counted)
    is_workday = ground.calendars[slot.hall_id].is_workday
    if said := refusal(rules, wish, ground.history, ground.bans.get(slot.hall_id, ()), is_workday, now):
        return said
    hold_id = ground.held.pop((request.citizen_id, slot.id), None)
    is_reserve = hold_id is None and request.staff is not None and slot.reserve_left > 0
    if hold_id is None and not is_reserve and slot.left <= 0:
        return await _full(tx, slot, matter, ground)
    place = _Place(asked, slot, ground.drawn.pop(), live_key, is_reserve, hold_id)
    ground.note(place)
    return place


def key_of(citizen_id: int, matter_id: str, on: date, relation: Relation, marks: Mapping[Key, str], name: str) -> str:
    """One person comes once a day for one matter; whom one books for are other people than oneself."""
    plain = f"{citizen_id}:{matter_id}:{on.isoformat()}"
    if relation is Relation.SELF:
        return plain
    who = marks.get(Key.ID_NUMBER) or marks.get(Key.CREDIT_CODE) or marks[Key.PHONE] + name
    return hashlib.sha256(f"{plain}:{who}".encode()).hexdigest()


async def numbers_of(tx: Tx, live_keys: Sequence[str]) -> dict[str, str]:
    """The numbers of the appointments that hold any of these keys."""
    if not live_keys:
        return {}
    held = select(appointments.c.live_key, appointments.c.number).where(appointments.c.live_key.in_(sorted(live_keys)))
    return {row.live_key: row.number for row in await tx.all(held)}


async def _full(tx: Tx, slot: Slot, matter: Matter, ground: _Ground) -> SlotFull:
    of = (slot.id, matter.id)
    if of not in ground.near:
        ground.near[of] = await nearest_on_offer(tx, Of.matter(matter), slot.starts_at, ground.now)
    return SlotFull(ground.near[of])


# ------------------------------------------------------------------------------------------------ writing


async def _take(tx: Tx, placed: Sequence[_Place]) -> None:
    """Takes the places of slots that are locked: what was seen to be free is free."""
    for is_reserve in (False, True):
        wanted = Counter(p.slot.id for p in placed if p.hold_id is None and p.is_reserve is is_reserve)
        for n in sorted(set(wanted.values())):
            of_each = sorted(slot_id for slot_id, count in wanted.items() if count == n)
            if await tx.run(_taking(of_each, n, is_reserve)) != len(of_each):
                raise Unavailable()  # the guard says no to what the lock said yes to: nothing of the batch is kept
    if kept_for := [place.hold_id for place in placed if place.hold_id is not None]:
        await kept.use(tx, kept_for)


def _taking(slot_ids: Sequence[int], n: int, is_reserve: bool) -> Update:
    """The guarded UPDATE: `n` places of each of these slots that has as many."""
    taken, most = (slots.c.reserve_booked, slots.c.reserve) if is_reserve else (slots.c.booked, slots.c.capacity)
    here = (slots.c.id.in_(slot_ids), slots.c.closure_id.is_(None), taken + n <= most)
    return update(slots).where(*here).values({taken: taken + n})


async def take_place(tx: Tx, slot_id: int, *, is_reserve: bool = False) -> bool:
    """Takes one place; the row count of the guarded UPDATE decides."""
    return await tx.run(_taking([slot_id], 1, is_reserve)) == 1


async def _enter(tx: Tx, placed: Sequence[_Place], now: datetime) -> dict[str, Appointment]:
    if not placed:
        return {}
    rows = {place.number: _row(place, now) for place in placed}
    try:
        await tx.insert_all(appointments, list(rows.values()))
    except Duplicate as twice:  # somebody else drew one of the numbers this moment: all is decided anew
        raise Contended() from twice
    keyed = {name: f"{p.number} {_digest(p.asked.request)}" for p in placed if (name := p.asked.name) is not None}
    await once.settle_all(tx, SCOPE, keyed, now)
    ids = {row.number: row.id for row in await tx.all(_ids.where(appointments.c.number.in_(list(rows))))}
    return {place.number: _appointment(ids[place.number], rows[place.number], place.slot) for place in placed}


_ids = select(appointments.c.id, appointments.c.number)


def _row(place: _Place, now: datetime) -> dict[str, Any]:
    request, form, slot, marks = place.asked.request, place.asked.request.form, place.slot, place.asked.marks
    return {
        "number": place.number, "citizen_id": request.citizen_id, "slot_id": slot.id,
        "matter_id": request.matter.id, "matter_name": request.matter.name,
        "name": form.name, "phone": form.phone, "company": form.company, "relation": form.relation,
        "state": State.BOOKED, "live_key": place.live_key, "booked_at": now, "changed_at": now,
        "phone_mark": people.value_of(marks, Key.PHONE), "id_mark": people.value_of(marks, Key.ID_NUMBER),
        "credit_mark": people.value_of(marks, Key.CREDIT_CODE),
        "is_reserve": place.is_reserve, "booked_by": request.staff,
    }  # fmt: skip


_FROM_ROW = [f.name for f in fields(Appointment) if f.name not in ("id", "moved_from", *OF_SLOT)]


def _appointment(made: int, row: dict[str, Any], slot: Slot) -> Appointment:
    known = {name: row[name] for name in _FROM_ROW} | {name: getattr(slot, name) for name in OF_SLOT}
    return Appointment(id=made, moved_from=None, **known)


def tally(outcomes: Iterable[Appointment | Problem]) -> Counter[str]:
    """How many of each: "booked", or the code of the refusal."""
    return Counter(outcome.code if isinstance(outcome, Problem) else "booked" for outcome in outcomes)
