"""Booking for oneself, for others and by staff; keys that come twice; many decided at once."""

import asyncio
import json
from dataclasses import dataclass
from datetime import datetime

import pytest
from sqlalchemy import insert, select, update

from hall.appointments import booking, numbers, rule_book
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Form, Relation, Request, Slot
from hall.appointments.refusals import (
    AlreadyBooked,
    BadCreditCode,
    BadIdNumber,
    Banned,
    KeyReused,
    LimitReached,
    NeedsCompany,
    OutsideWindow,
    PastCutoff,
    SlotFull,
    SlotGone,
)
from hall.appointments.rush import Rush
from hall.appointments.tables import appointments as table
from hall.appointments.tables import bans, holds
from hall.appointments.tables import slots as slot_table
from hall.citizens.model import Citizen
from hall.matters.model import Group, Matter
from hall.notices import service as notices
from hall.notices.model import Kind
from kit.db import Database, Tx
from kit.errors import Unavailable
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, slots_on

ME = Form("王小明", "13800000001")
MOTHER = Form("李桂花", "13900000002", Relation.FAMILY, id_number="11010519491231002X")
COMPANY = Form("王小明", "13800000001", Relation.COMPANY, company="双塔示例商店", credit_code="91350100M000100Y43")


@dataclass
class World:
    db: Database
    group: Group
    matter: Matter
    slots: tuple[Slot, ...]
    citizen: Citizen

    async def book(self, slot: Slot, form: Form = ME, now: datetime = MONDAY, **more: object) -> Appointment:
        request = Request(self.citizen.id, slot.id, self.matter, form, **more)  # type: ignore[arg-type]
        return await self.db.transact(appointments.book, request, now)

    async def rules(self, **written: object) -> None:
        await self.db.transact(rule_book.set_rules, HALL.id, written, "领导", MONDAY)

    async def row(self, made: Appointment) -> object:
        async with self.db.read() as tx:
            return await tx.one(select(*table.c).where(table.c.id == made.id))


@pytest.fixture
async def world(db: Database) -> World:
    async def build(tx: Tx) -> World:
        await a_hall(tx)
        group = await a_group(tx)
        matter = await a_matter(tx, group)
        return World(db, group, matter, await slots_on(tx, group, 24, 25, capacity=2), await a_citizen(tx))

    return await db.transact(build)


async def test_one_books_for_mother_and_a_company_beside_oneself(world: World) -> None:
    made = [await world.book(world.slots[n], form) for n, form in enumerate((ME, MOTHER, COMPANY))]
    assert [one.relation for one in made] == [Relation.SELF, Relation.FAMILY, Relation.COMPANY]
    assert made[2].company == "双塔示例商店"
    assert "示例商店" not in repr(made[2]) and "李桂花" not in repr(made[1])


async def test_mother_comes_once_a_day_for_one_matter_too(world: World) -> None:
    first = await world.book(world.slots[0], MOTHER)
    with pytest.raises(AlreadyBooked) as refused:
        await world.book(world.slots[1], MOTHER)
    assert first.number in refused.value.message


async def test_numbers_of_persons_are_kept_as_fingerprints_only(world: World) -> None:
    row = await world.row(await world.book(world.slots[0], MOTHER))
    assert MOTHER.id_number is not None and MOTHER.id_number not in repr(row)
    assert row.id_mark and row.credit_mark is None  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("form", "refusal"),
    [
        (Form("王小明", "13800000001", id_number="110105194912310021"), BadIdNumber),
        (
            Form("王小明", "13800000001", Relation.COMPANY, company="店", credit_code="91350100M000100Y44"),
            BadCreditCode,
        ),
        (Form("王小明", "13800000001", Relation.COMPANY), NeedsCompany),
    ],
)
async def test_mistyped_number_is_refused_with_what_to_check(world: World, form: Form, refusal: type) -> None:
    with pytest.raises(refusal):
        await world.book(world.slots[0], form)


async def test_same_key_gets_the_same_appointment_and_another_wish_under_it_is_refused(world: World) -> None:
    first = await world.book(world.slots[0], key="k1")
    assert await world.book(world.slots[0], key="k1") == first
    with pytest.raises(KeyReused):
        await world.book(world.slots[1], key="k1")
    other = await world.db.transact(a_citizen, "o-other")
    theirs = Request(other.id, world.slots[0].id, world.matter, ME, key="k1")
    assert (await world.db.transact(appointments.book, theirs, MONDAY)).number != first.number


async def test_refused_wish_may_be_made_again_under_its_key(world: World) -> None:
    await world.rules(window={"first": 5, "last": 9})
    with pytest.raises(OutsideWindow):
        await world.book(world.slots[0], key="k1")
    await world.rules(window={"first": 1, "last": 9})
    assert (await world.book(world.slots[0], key="k1")).slot_id == world.slots[0].id


async def test_staff_give_places_of_the_reserve_and_the_public_ones_stay(world: World) -> None:
    async with world.db.tx() as tx:
        await tx.run(update(slot_table).where(slot_table.c.id == world.slots[0].id).values(reserve=1))
    made = await world.book(world.slots[0], staff="导办小赵")
    assert (made.is_reserve, made.booked_by) == (True, "导办小赵")
    slot = await world.db.consult(appointments.slot, world.slots[0].id)
    assert slot is not None and (slot.left, slot.reserve_left) == (2, 0)
    await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    slot = await world.db.consult(appointments.slot, world.slots[0].id)
    assert slot is not None and (slot.left, slot.reserve_left) == (2, 1)


async def test_held_place_becomes_the_appointment_and_counts_once(world: World) -> None:
    slot = world.slots[0]
    async with world.db.tx() as tx:
        taken = [await booking.take_place(tx, slot.id) for _ in range(3)]
        assert taken == [True, True, False]  # one is held, the other someone else's
        until = at(23, 10, 5)
        held = {"citizen_id": world.citizen.id, "slot_id": slot.id, "until_at": until, "waiting_id": None}
        await tx.insert(insert(holds).values(**held))
    assert (await world.book(slot)).slot_id == slot.id
    found = await world.db.consult(appointments.slot, slot.id)
    assert found is not None and (found.booked, found.left) == (2, 0)
    async with world.db.read() as tx:
        assert await tx.all(select(holds.c.id)) == []


async def test_shut_slot_gives_no_place(world: World) -> None:
    async with world.db.tx() as tx:
        await tx.run(update(slot_table).where(slot_table.c.id == world.slots[0].id).values(closure_id=7))
    with pytest.raises(SlotGone):
        await world.book(world.slots[0])


async def test_batch_is_decided_in_its_order_as_one_by_one(world: World) -> None:
    people = [await world.db.transact(a_citizen, f"o-{n}") for n in range(4)]
    requests = [Request(who.id, world.slots[0].id, world.matter, ME, key="k") for who in people]
    bad = Request(world.citizen.id, world.slots[0].id, world.matter, Form("", "1"))
    again = Request(people[0].id, world.slots[0].id, world.matter, ME, key="k")
    outcomes = await world.db.transact(appointments.book_all, [bad, *requests, again], MONDAY)
    assert dict(booking.tally(outcomes)) == {"bad_name": 1, "booked": 3, "slot_full": 2}
    assert outcomes[1] == outcomes[5]
    assert isinstance(outcomes[3], SlotFull) and outcomes[3].near


async def test_limit_counts_what_the_same_batch_has_given(world: World) -> None:
    await world.rules(limit=[{"most": 1, "per": "week", "by": ["phone"]}])
    other = await world.db.transact(a_citizen, "o-other")
    requests = [
        Request(who, slot.id, world.matter, ME)
        for who, slot in ((world.citizen.id, world.slots[0]), (other.id, world.slots[1]))
    ]
    outcomes = await world.db.transact(appointments.book_all, requests, MONDAY)
    assert dict(booking.tally(outcomes)) == {"booked": 1, "limit_reached": 1}


async def test_matters_rule_stands_before_its_groups_and_the_halls(world: World) -> None:
    scopes = ((None, None), (world.group.id, None), (None, world.matter.id))
    for first, scope in enumerate(scopes, 2):
        written = {"window": {"first": first, "last": 9}}
        await world.db.transact(rule_book.set_rules, HALL.id, written, "领导", MONDAY, scope)
    book = await world.db.consult(rule_book.book, HALL.id)
    assert book.of(world.group.id, world.matter.id).window.first == 4
    assert book.of(world.group.id, "other").window.first == 3
    assert book.of(99, "other").window.first == 2


async def test_moving_keeps_to_the_rules_with_itself_left_out(world: World) -> None:
    await world.rules(limit=[{"most": 1, "per": "day", "by": ["citizen"]}], cutoff={"hours": 2})
    made = await world.book(world.slots[0])
    moved = await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[3].id, MONDAY)
    assert moved.slot_id == world.slots[3].id
    with pytest.raises(PastCutoff) as refused:
        await world.db.transact(
            appointments.reschedule, world.citizen.id, made.number, world.slots[5].id, at(24, 8, 31)
        )
    assert refused.value.message.startswith("改约和取消要提前2小时，这个预约在11月24日（周二）08:30以后就不能改了")


async def test_mothers_appointment_moves_to_another_day_and_stays_one(world: World) -> None:
    made = await world.book(world.slots[0], MOTHER)
    there = world.slots[-1]
    moved = await world.db.transact(appointments.reschedule, world.citizen.id, made.number, there.id, MONDAY)
    assert (moved.on, moved.relation) == (there.on, Relation.FAMILY)
    with pytest.raises(AlreadyBooked):
        await world.book(world.slots[-2], MOTHER)


async def test_cancelling_again_and_again_warns_once_and_then_pauses(world: World) -> None:
    threshold = {"most": 2, "counts": ["cancel"], "within": "month", "pause": {"days": 30}}
    await world.rules(threshold=[threshold])
    for n in range(2):
        made = await world.book(world.slots[n])
        await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    told = await world.db.consult(notices.untold, world.citizen.id, MONDAY)
    assert [one.kind for one in told] == [Kind.WARNED, Kind.BANNED]
    assert told[0].facts["count"] == 1
    with pytest.raises(Banned) as refused:
        await world.book(world.slots[5])
    assert refused.value.message.startswith("因为一个自然月里取消满2次，12月23日（周三）之前不能在网上预约。")
    assert refused.value.details["until"] == "2026-12-23T00:00:00+08:00"
    async with world.db.tx() as tx:
        await tx.run(update(bans).values(lifted_at=MONDAY, lifted_by="领导", lifted_why="住院"))
    assert (await world.book(world.slots[5])).slot_id == world.slots[5].id


async def test_what_staff_cancel_is_not_held_against_the_person(world: World) -> None:
    await world.rules(threshold=[{"most": 1, "counts": ["cancel"], "within": "month", "pause": {"days": 30}}])
    made = await world.book(world.slots[0])
    await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY, "导办小赵")
    assert (await world.book(world.slots[0])).number != made.number


async def test_place_given_back_by_lot_returns_later(world: World) -> None:
    await world.rules(freed_minutes=[1, 5])
    made = await world.book(world.slots[0])
    await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    slot = await world.db.consult(appointments.slot, world.slots[0].id)
    assert slot is not None and slot.left == 1


async def test_rush_decides_sixty_for_five_places_as_the_verb_would(world: World) -> None:
    async with world.db.tx() as tx:
        await tx.run(update(slot_table).where(slot_table.c.id == world.slots[0].id).values(capacity=5))
        people = [await a_citizen(tx, f"o-{n}") for n in range(60)]
    rush = Rush(world.db)
    requests = [Request(who.id, world.slots[0].id, world.matter, ME, key="k") for who in people]
    outcomes = await asyncio.gather(*(rush.book(one, MONDAY) for one in requests), return_exceptions=True)
    assert dict(booking.tally(outcomes)) == {"booked": 5, "slot_full": 55}  # type: ignore[arg-type]
    winners = [place for place, outcome in enumerate(outcomes) if isinstance(outcome, Appointment)]
    again = await asyncio.gather(*(rush.book(requests[place], MONDAY) for place in winners))
    assert [one.number for one in again] == [outcomes[place].number for place in winners]  # type: ignore[union-attr]
    with pytest.raises(AlreadyBooked):
        await rush.book(Request(people[winners[0]].id, world.slots[0].id, world.matter, ME), MONDAY)


async def test_one_person_rushing_for_twenty_slots_gets_the_limit(world: World) -> None:
    await world.rules(limit=[{"most": 1, "per": "at_once", "by": ["citizen"]}])
    others = [await world.db.transact(a_matter, world.group, f"m{n}") for n in range(20)]
    rush, elsewhere = Rush(world.db), Rush(world.db)
    wishes = [Request(world.citizen.id, s.id, m, ME) for s, m in zip(world.slots, others, strict=False)]
    ways = [(rush, elsewhere)[n % 2].book(wish, MONDAY) for n, wish in enumerate(wishes)]
    outcomes = await asyncio.gather(*ways, return_exceptions=True)
    assert dict(booking.tally(outcomes)) == {"booked": 1, "limit_reached": 19}  # type: ignore[arg-type]
    assert all(isinstance(one, Appointment | LimitReached) for one in outcomes)


def test_every_refusal_can_be_sent_as_json() -> None:
    json.dumps(SlotFull().as_json())


@pytest.mark.parametrize("door", ["verb", "rush"])
async def test_full_slot_points_only_to_days_that_can_be_booked_now(world: World, door: str) -> None:
    await world.rules(window={"first": 1, "last": 1})
    people = [await world.db.transact(a_citizen, f"o-{n}") for n in range(3)]
    last_of_tuesday = max((slot for slot in world.slots if slot.on == at(24, 9).date()), key=lambda one: one.starts_at)
    wishes = [Request(who.id, last_of_tuesday.id, world.matter, ME) for who in people]
    for wish in wishes[:2]:
        await world.db.transact(appointments.book, wish, MONDAY)
    with pytest.raises(SlotFull) as refused:
        if door == "rush":
            await Rush(world.db).book(wishes[2], MONDAY)
        else:
            await world.db.transact(appointments.book, wishes[2], MONDAY)
    assert {slot.on for slot in refused.value.near} == {last_of_tuesday.on}


async def test_number_that_somebody_has_is_drawn_anew(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """With one sign to draw there are 31 numbers a day: of 30 bookings most would draw one that is given."""
    monkeypatch.setattr(numbers, "SIGNS", 1)
    people = [await world.db.transact(a_citizen, f"o-{n}") for n in range(30)]
    wishes = [Request(who.id, world.slots[n // 2].id, world.matter, ME) for n, who in enumerate(people)]
    made = [await world.db.transact(appointments.book, wish, MONDAY) for wish in wishes[:12]]
    made += await world.db.transact(appointments.book_all, wishes[12:], MONDAY)
    assert len({one.number for one in made if isinstance(one, Appointment)}) == 30


async def test_control_number_drawn_twice_is_told_as_please_try_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two workers that draw one number at the same moment: none of the two looks see the other's."""

    async def draw(tx: Tx, n: int, now: datetime) -> list[str]:
        return ["Y26112399999AA"] * n

    monkeypatch.setattr(numbers, "draw", draw)
    await world.book(world.slots[0])
    other = await world.db.transact(a_citizen, "o-other")
    with pytest.raises(Unavailable):
        await world.db.transact(appointments.book, Request(other.id, world.slots[1].id, world.matter, ME), MONDAY)
