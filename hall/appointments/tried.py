"""Would this person be refused? The checks of a booking in their order, run dry: nothing is locked, nothing written."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy import select

from hall.appointments import people, shut_matters
from hall.appointments.booking import key_of, numbers_of
from hall.appointments.changes import find
from hall.appointments.checks import Past, Verdict, Wish, counts, unfit, verdicts
from hall.appointments.model import Appointment, Relation, Slot
from hall.appointments.offers import Of, nearest_on_offer
from hall.appointments.reading import every_appointment, every_slot, read_appointment, read_slots
from hall.appointments.refusals import AlreadyBooked, AppointmentNotFound, NotBookable, SlotFull
from hall.appointments.rule_book import RuleBook, Scope
from hall.appointments.rules import Key, Lapse, Rules
from hall.appointments.tables import appointments, holds, slots
from hall.citizens.tables import citizens
from hall.matters.model import Matter
from hall.places import service as places
from kit.clock import instant_at, say_day
from kit.db import Tx
from kit.errors import Problem
from kit.ids import read_credit_code, read_id_number, read_phone, tidy_number
from kit.secrets import fingerprint

NOBODY = 0  # no citizen has this number: of whoever was never here nothing is counted
OPEN, NOT_SHUT = "这个事项可以预约", "这个事项那时没有停办"
AHEAD, ONCE, PLACE = "这个时段还在放号", "当天没有约过这个事项", "这个时段还有号"


class BadDocument(Problem):
    status = 422
    code = "bad_document"
    sentence = "身份证号或统一社会信用代码不对，请照着证件再核对一遍，都是18位。"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom it is about: by fingerprints, never by name."""

    citizen_id: int
    marks: Mapping[Key, str] = field(repr=False)
    relation: Relation = Relation.SELF
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """How many lapses count under one threshold now."""

    rule: str
    held: int
    most: int


@dataclass(frozen=True, slots=True)
class Tried:
    """`slot` None: none is out at that time. `history`: what any rule counted, the newest first; of other halls no
    number is told. `whence`: the scope whose rules held, None the usual ones."""

    rules: Rules
    whence: Scope | None
    slot: Slot | None
    verdicts: tuple[Verdict, ...]
    standing: tuple[Standing, ...]
    history: tuple[tuple[Past, Appointment], ...]

    @property
    def refusal(self) -> Problem | None:
        """What the person would be told; None: they would get the place."""
        return next((one.said for one in self.verdicts if one.said is not None), None)


async def person(tx: Tx, hall_id: str, given: str, document: str = "") -> Person:
    """By an appointment's number at this hall, or a mobile number; `document`: a 身份证 number or credit code for rules
    that count by it. None of it is kept. Raises AppointmentNotFound, BadDocument."""
    phone = read_phone(given)
    held = await _booked_with(tx, fingerprint(phone)) if phone else await find(tx, tidy_number(given))
    if phone is None:
        if held is None or held.hall_id != hall_id:
            raise AppointmentNotFound()
        found = Person(held.citizen_id, await people.marks_kept(tx, held), held.relation, held.name or "")
    else:
        known = select(citizens.c.id).where(citizens.c.phone_mark == fingerprint(phone)).order_by(citizens.c.id.desc())
        citizen_id = held.citizen_id if held else (await tx.value(known.limit(1)) or NOBODY)
        found = Person(citizen_id, people.marks_of_phone(citizen_id, phone))
    return Person(found.citizen_id, {**found.marks, **_of_document(document)}, found.relation, found.name)


def _of_document(given: str) -> dict[Key, str]:
    if not given.strip():
        return {}
    if number := read_id_number(given):
        return {Key.ID_NUMBER: Key.ID_NUMBER.mark(fingerprint(number))}
    if code := read_credit_code(given):
        return {Key.CREDIT_CODE: Key.CREDIT_CODE.mark(fingerprint(code))}
    raise BadDocument()


async def _booked_with(tx: Tx, phone_mark: str) -> Appointment | None:
    theirs = every_appointment.where(appointments.c.phone_mark == phone_mark).order_by(None)
    row = await tx.one(theirs.order_by(appointments.c.id.desc()).limit(1))
    return None if row is None else read_appointment(row)


async def would(tx: Tx, who: Person, matter: Matter, book: RuleBook, on: date, at: time | None, now: datetime) -> Tried:
    """What booking says to this person for this matter on a day, at a time or at the first with a place.

    `book`: the hall's rules, or those with a draft among them.
    """
    rules = book.of(matter.group_id, matter.id)
    marks = {key: mark for key, mark in who.marks.items() if key in rules.keys() | {Key.CITIZEN}}
    past = await people.history(tx, marks.values(), rules.looks_back_to(now))
    bans = await people.bans_of(tx, matter.hall_id, list(marks.values()), now) if book.can_pause else []
    slot = await _slot(tx, matter, on, at, now)
    wish = Wish(slot or _imagined(matter, on, at), matter.id, marks)
    is_workday = (await places.calendar(tx, matter.hall_id)).is_workday
    shut = await shut_matters.ahead(tx, [matter.hall_id], now)
    said = [
        Verdict(OPEN, None if matter.is_open_to_booking else NotBookable(matter=matter.name)),
        Verdict(NOT_SHUT, shut_matters.refusal(shut, wish.slot, matter.id, matter.name)),
        Verdict(AHEAD, unfit(slot, matter.hall_id, matter.group_id, matter.name, now)),
        Verdict(ONCE, await _booked_already(tx, who, matter, wish.slot)),
        *verdicts(rules, wish, past, bans, is_workday, now),
    ]
    if slot is not None:
        said.append(Verdict(PLACE, await _full(tx, who, matter, slot, now)))
    standing = tuple(_standing(rules, marks, matter, past, now))
    counted = {one.id: one for verdict in said for one in verdict.counted}
    counted |= {one.id: one for one in past if one.is_own_lapse and rules.thresholds}
    whence = book.whence(matter.group_id, matter.id)
    return Tried(rules, whence, slot, tuple(said), standing, await _told(tx, list(counted.values())))


async def _slot(tx: Tx, matter: Matter, on: date, at: time | None, now: datetime) -> Slot | None:
    """The one at that time; without a time the first still ahead with a place, else the first there is."""
    here = every_slot.where(slots.c.hall_id == matter.hall_id, slots.c.group_id == matter.group_id, slots.c.on == on)
    found = await read_slots(tx, here.order_by(slots.c.starts_at))
    if at is not None:
        return next((one for one in found if one.starts_at == instant_at(on, at)), None)
    ahead = [one for one in found if one.starts_at > now and one.closure_id is None]
    return next((one for one in ahead if one.left > 0), next(iter(ahead or found), None))


def _imagined(matter: Matter, on: date, at: time | None) -> Slot:
    """So that the other rules can be asked where no slot is out."""
    begins = instant_at(on, at or time(9))
    return Slot(0, matter.hall_id, matter.group_id, on, begins, begins + timedelta(minutes=30), 0, 0)


async def _booked_already(tx: Tx, who: Person, matter: Matter, slot: Slot) -> AlreadyBooked | None:
    if who.relation is not Relation.SELF and Key.PHONE not in who.marks:
        return None  # their data were erased: what was booked with them holds no day any more
    key = key_of(who.citizen_id, matter.id, slot.on, who.relation, who.marks, who.name)
    for number in (await numbers_of(tx, [key])).values():
        return AlreadyBooked(day=say_day(slot.on), matter=matter.name, number=number)
    return None


async def _full(tx: Tx, who: Person, matter: Matter, slot: Slot, now: datetime) -> SlotFull | None:
    kept = (holds.c.citizen_id == who.citizen_id, holds.c.slot_id == slot.id, holds.c.until_at > now)
    if slot.left > 0 or await tx.value(select(holds.c.id).where(*kept)) is not None:
        return None
    return SlotFull(await nearest_on_offer(tx, Of.matter(matter), slot.starts_at, now))


def _standing(
    rules: Rules, marks: Mapping[Key, str], matter: Matter, past: Sequence[Past], now: datetime
) -> Iterator[Standing]:
    held: dict[str, Standing] = {}
    for lapse in Lapse:
        for one in counts(rules, lapse, marks, matter.group_id, matter.id, past, now):
            rule = one.threshold.say_whole()
            before = held.get(rule)
            if before is None or before.held < one.held:
                held[rule] = Standing(rule, one.held, one.threshold.most)
    yield from held.values()


async def _told(tx: Tx, counted: Sequence[Past]) -> tuple[tuple[Past, Appointment], ...]:
    if not counted:
        return ()
    theirs = every_appointment.where(appointments.c.id.in_(sorted(one.id for one in counted)))
    found = {one.id: one for one in map(read_appointment, await tx.all(theirs))}
    newest_first = sorted(counted, key=lambda one: one.starts_at, reverse=True)
    return tuple((one, found[one.id]) for one in newest_first if one.id in found)
