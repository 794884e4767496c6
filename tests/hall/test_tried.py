"""The try-out of the rules says what booking says, for every refusal and every shipped set, and writes nothing."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, time

import pytest
from sqlalchemy import func, insert, select, update

from hall.appointments import booking, rule_book, shipped_rules, tried
from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Form, Relation, Request, Slot
from hall.appointments.refusals import AppointmentNotFound
from hall.appointments.rule_book import HALL as WHOLE
from hall.appointments.rules import Rules, Window
from hall.appointments.tables import appointments as rows
from hall.appointments.tables import bans
from hall.appointments.tables import slots as slot_rows
from hall.appointments.tried import Person, Tried
from hall.citizens.model import Citizen
from hall.matters.model import Matter
from hall.places import service as places
from kit.clock import day_of, local
from kit.db import Database, Tx, metadata
from kit.errors import Problem
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, slots_on
from tests.handlers.staff import OTHER

ID, PHONE = "11010519491231002X", "13800000001"
FORM = Form("王小明", PHONE, id_number=ID)
DAYS = (23, 24, 25, 26, 27, 30)


class Undone(Exception):
    """Ends a transaction whose outcome was only wanted."""


@dataclass
class World:
    db: Database
    matter: Matter
    closed: Matter
    slots: tuple[Slot, ...]
    wang: Citizen

    async def book(self, slot: Slot, matter: Matter | None = None, now: datetime = MONDAY) -> Appointment:
        """Puts a booking of the person there, whatever the rules in force say."""
        await self.set(Rules(limits=()))
        request = Request(self.wang.id, slot.id, matter or self.matter, FORM)
        return await self.db.transact(appointments.book, request, now)

    async def set(self, rules: Rules) -> None:
        async with self.db.tx() as tx:
            if (await rule_book.book(tx, HALL.id)).sets.get(WHOLE) != rules:
                await rule_book.change_rules(tx, HALL.id, rules, "王主任", MONDAY)

    async def dry(self, slot: Slot, matter: Matter, given: str = PHONE, document: str = ID) -> Tried:
        when = local(slot.starts_at)
        async with self.db.read() as tx:
            who = await tried.person(tx, HALL.id, given, document)
            book = await rule_book.book(tx, HALL.id)
            return await tried.would(tx, who, matter, book, when.date(), when.time(), MONDAY)

    async def real(self, slot: Slot, matter: Matter, form: Form = FORM) -> str:
        """What booking says, undone."""
        said = "booked"
        try:
            async with self.db.tx() as tx:
                await booking.book(tx, Request(self.wang.id, slot.id, matter, form), MONDAY)
                raise Undone
        except Problem as problem:
            said = problem.code
        except Undone:
            pass
        return said

    def slot(self, day: int, hour: int) -> Slot:
        return next(one for one in self.slots if one.starts_at == at(day, hour))


@pytest.fixture
async def world(db: Database) -> World:
    async def build(tx: Tx) -> World:
        await a_hall(tx)
        await places.found(tx, OTHER)
        group = await a_group(tx)
        closed = await a_matter(tx, group, "closed", is_open_to_booking=False)
        found = await slots_on(tx, group, *DAYS, capacity=2)
        return World(db, await a_matter(tx, group), closed, found, await a_citizen(tx))

    return await db.transact(build)


async def counted(db: Database) -> Counter[str]:
    """How many rows every table has."""
    async with db.read() as tx:
        tables = metadata.sorted_tables
        return Counter({one.name: await tx.value(select(func.count()).select_from(one)) for one in tables})


async def test_try_out_agrees_with_booking_for_each_refusal_under_each_shipped_set(world: World) -> None:
    await world.book(world.slot(24, 9))
    full, gone = world.slot(26, 9), world.slot(23, 9)
    async with world.db.tx() as tx:
        await tx.run(update(slot_rows).where(slot_rows.c.id == full.id).values(booked=2))
        until = {"from_at": MONDAY, "until_at": at(26, 0), "rule": "约了没来满3次"}
        await tx.run(insert(bans).values(hall_id=HALL.id, mark=f"c:{world.wang.id + 1}", **until))
    seen = Counter[str]()
    before = await counted(world.db)
    for letter, shipped in shipped_rules.sets().items():
        for is_banned in (False, True):
            await world.set(shipped.rules)
            async with world.db.tx() as tx:
                whose = world.wang.id if is_banned else world.wang.id + 1
                await tx.run(update(bans).values(mark=f"c:{whose}"))
            fine = (world.slot(25, 10), world.matter, ID)
            for slot, matter, document in (
                [fine]
                if is_banned
                else [
                    fine,
                    *(
                        (world.slot(*when), world.matter, ID)
                        for when in ((23, 14), (24, 10), (24, 14), (27, 14), (30, 10))
                    ),
                    (world.slot(25, 10), world.matter, ""),
                    (world.slot(25, 10), world.closed, ID),
                    (full, world.matter, ID),
                    (gone, world.matter, ID),
                ]
            ):
                form = FORM if document else Form(FORM.name, PHONE)
                real = await world.real(slot, matter, form)
                refusal = (await world.dry(slot, matter, document=document)).refusal
                assert (refusal.code if refusal else "booked") == real, (letter, slot.starts_at, matter.id, is_banned)
                seen[real] += 1
    assert set(seen) == {
        "booked", "already_booked", "banned", "limit_reached", "needs_key", "not_bookable", "outside_window",
        "slot_full", "slot_gone",
    }  # fmt: skip
    added = await counted(world.db) - before
    assert set(added) == {"booking_rules"}  # the sets this test put in force: neither way of asking left a row


async def test_a_draft_is_tried_without_being_in_force_and_says_what_it_counted(world: World) -> None:
    held = await world.book(world.slot(24, 9))
    async with world.db.read() as tx:
        who = await tried.person(tx, HALL.id, held.number.lower())
        book = await rule_book.book(tx, HALL.id)
        asked = (world.matter, date(2026, 11, 25), None, MONDAY)
        draft = book.with_set(WHOLE, shipped_rules.sets()["e"].rules)
        now_in_force = await tried.would(tx, who, asked[0], book, *asked[1:])
        drafted = await tried.would(tx, who, asked[0], draft, *asked[1:])
    assert now_in_force.refusal is None
    assert now_in_force.slot is not None and day_of(now_in_force.slot.starts_at) == date(2026, 11, 25)
    assert drafted.refusal is not None and drafted.refusal.code == "limit_reached"
    assert [one.number for _, one in drafted.history] == [held.number]
    assert all(one.held == 0 for one in drafted.standing) and drafted.standing


async def test_a_day_without_places_is_told_and_the_other_rules_are_asked_all_the_same(world: World) -> None:
    async with world.db.read() as tx:
        who = await tried.person(tx, HALL.id, "13999999999")
        book = rule_book.RuleBook({WHOLE: Rules(window=Window(1, 3))})
        found = await tried.would(tx, who, world.matter, book, date(2026, 12, 24), time(9), MONDAY)
    assert (who.citizen_id, found.slot, found.history) == (tried.NOBODY, None, ())
    assert [one.said.code for one in found.verdicts if one.said] == ["slot_gone", "outside_window"]


async def test_another_halls_number_and_a_mistyped_document_are_refused(world: World) -> None:
    held = await world.book(world.slot(24, 9))
    async with world.db.read() as tx:
        with pytest.raises(AppointmentNotFound):
            await tried.person(tx, OTHER.id, held.number)
        with pytest.raises(tried.BadDocument):
            await tried.person(tx, HALL.id, PHONE, "110105194912310021")
        family = await tried.person(tx, HALL.id, held.number)
    assert isinstance(family, Person) and family.relation is Relation.SELF
    assert PHONE not in repr(family) and "王小明" not in repr(family)
    async with world.db.read() as tx:
        assert await tx.value(select(func.count()).select_from(rows)) == 1
