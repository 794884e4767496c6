from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from hall.appointments import service as appointments
from hall.appointments.model import Appointment, Slot, State
from hall.appointments.refusals import (
    AlreadyBooked,
    AlreadyCancelled,
    AppointmentNotFound,
    BadName,
    BadPhone,
    LimitReached,
    NotBookable,
    NotToday,
    SlotFull,
    SlotGone,
    SlotNotForMatter,
    TooLate,
)
from hall.appointments.tables import appointments as table
from hall.citizens.model import Citizen
from hall.matters.model import Group, Matter
from kit.db import Database, Tx
from kit.ids import has_good_check
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, at, book, slots_on


@dataclass
class World:
    """A hall with one matter, slots on Tuesday 24 and Wednesday 25 November, two places each."""

    db: Database
    group: Group
    matter: Matter
    slots: tuple[Slot, ...]
    citizen: Citizen

    async def book(
        self, slot: Slot, citizen: Citizen | None = None, matter: Matter | None = None, name: str = "王小明"
    ) -> Appointment:
        who, what = citizen or self.citizen, matter or self.matter
        return await self.db.transact(book, who, slot.id, what, name, "13800000001", MONDAY)

    async def left(self, slot: Slot) -> int:
        found = await self.db.consult(appointments.slot, slot.id)
        assert found is not None
        return found.left

    async def fill_up(self, slot: Slot) -> None:
        for n in range(await self.left(slot)):
            await self.book(slot, await self.db.transact(a_citizen, f"o-full-{slot.id}-{n}"))


@pytest.fixture
async def world(db: Database) -> World:
    async def build(tx: Tx) -> World:
        await a_hall(tx)
        group = await a_group(tx)
        matter = await a_matter(tx, group)
        return World(db, group, matter, await slots_on(tx, group, 24, 25), await a_citizen(tx))

    return await db.transact(build)


async def test_slots_are_cut_from_the_hours_and_made_once(world: World) -> None:
    tuesday = [slot for slot in world.slots if slot.on == date(2026, 11, 24)]
    assert [slot.starts_at for slot in tuesday] == [
        *(at(24, 9) + timedelta(minutes=30 * n) for n in range(6)),
        *(at(24, 13) + timedelta(minutes=30 * n) for n in range(7)),
    ]
    days = [date(2026, 11, 24), date(2026, 11, 26)]
    more = (HALL.id, world.group.id, days, HALL.hours, 30, 5)
    assert await world.db.transact(appointments.make_slots, *more) == 13
    assert await world.db.transact(appointments.make_slots, *more) == 0
    assert await world.left(tuesday[0]) == 2


async def test_booked_appointment_is_the_citizens_and_takes_one_place(world: World) -> None:
    made = await world.book(world.slots[0])
    assert made.state is State.BOOKED
    assert (made.name, made.phone, made.matter_name) == ("王小明", "13800000001", "食品经营许可证核发")
    assert await world.left(world.slots[0]) == 1
    assert await world.db.consult(appointments.own, world.citizen.id, MONDAY) == (made,)
    assert await world.db.consult(appointments.look, world.citizen.id, f" {made.number.lower()} ") == made
    assert "王小明" not in repr(made) and "13800000001" not in repr(made)


async def test_number_carries_its_day_and_a_check_and_no_sequence(world: World) -> None:
    first, second = await world.book(world.slots[0]), await world.book(world.slots[15])
    assert first.number[:7] == second.number[:7] == "Y261123"
    assert has_good_check(first.number) and has_good_check(second.number)
    assert first.number[7:12] != second.number[7:12]


async def test_free_slots_leave_out_what_has_begun_and_what_is_full(world: World) -> None:
    await world.fill_up(world.slots[6])
    free = await world.db.consult(appointments.free_slots, HALL.id, world.group.id, at(24, 0).date(), at(24, 13, 30))
    assert [slot.starts_at for slot in free] == [at(24, 14) + timedelta(minutes=30 * n) for n in range(5)]
    early = await world.db.consult(appointments.free_slots, HALL.id, world.group.id, at(24, 0).date(), at(24, 12))
    assert early[0].starts_at == at(24, 13, 30)


async def test_full_slot_is_refused_with_what_is_near(world: World) -> None:
    await world.fill_up(world.slots[0])
    with pytest.raises(SlotFull) as refused:
        await world.book(world.slots[0])
    assert [slot.starts_at for slot in refused.value.near] == [at(24, 9, 30), at(24, 10), at(24, 10, 30)]
    assert refused.value.message == (
        "该时段已约满，附近还有空位的是：11月24日（周二）09:30、11月24日（周二）10:00、11月24日（周二）10:30，请换一个。"
    )
    near = refused.value.as_json()["error"]["details"]["near"]
    assert near[0]["starts_at"] == "2026-11-24T09:30:00+08:00"


async def test_slot_that_has_begun_or_never_was_is_gone(world: World) -> None:
    booking = (world.matter, "王小明", "13800000001")
    with pytest.raises(SlotGone):
        await world.db.transact(book, world.citizen, world.slots[0].id, *booking, at(24, 9))
    with pytest.raises(SlotGone):
        await world.db.transact(book, world.citizen, 987654, *booking, MONDAY)


async def test_slot_of_another_group_is_refused(world: World) -> None:
    async with world.db.tx() as tx:
        other = await a_matter(tx, await a_group(tx, "B"), "other", name="别的事")
    with pytest.raises(SlotNotForMatter):
        await world.book(world.slots[0], matter=other)
    assert await world.left(world.slots[0]) == 2


async def test_matter_closed_to_booking_is_refused(world: World) -> None:
    async with world.db.tx() as tx:
        closed = await a_matter(tx, world.group, "street", name="临时救助", is_open_to_booking=False)
    with pytest.raises(NotBookable) as refused:
        await world.book(world.slots[0], matter=closed)
    assert refused.value.message == "“临时救助”不用在大厅预约，请看办事指南里写的办理地点，或直接联系办理单位。"


@pytest.mark.parametrize("name", ["", "  ", "王" * 21, "王小明13800000001", "<b>王</b>", "王\n；删除"])
async def test_name_that_is_none_is_refused(world: World, name: str) -> None:
    with pytest.raises(BadName):
        await world.book(world.slots[0], name=name)


@pytest.mark.parametrize(
    ("said", "kept"), [("王小明", "王小明"), (" 欧阳 ", "欧阳"), ("阿不都·买买提", "阿不都·买买提")]
)
async def test_name_is_kept_tidy(world: World, said: str, kept: str) -> None:
    assert (await world.book(world.slots[0], name=said)).name == kept


@pytest.mark.parametrize("phone", ["", "123", "0421-2345678", "23800000001"])
async def test_phone_that_is_none_is_refused(world: World, phone: str) -> None:
    with pytest.raises(BadPhone):
        await world.db.transact(book, world.citizen, world.slots[0].id, world.matter, "王小明", phone, MONDAY)


async def test_one_matter_is_booked_once_a_day_and_the_refusal_names_the_number(world: World) -> None:
    made = await world.book(world.slots[0])
    with pytest.raises(AlreadyBooked) as refused:
        await world.book(world.slots[1])
    assert refused.value.message == (
        f"您11月24日（周二）已经约过“食品经营许可证核发”了，预约号是{made.number}。想换时间请改约，不用再约一次。"
    )
    assert (await world.book(world.slots[13])).on == date(2026, 11, 25)


async def test_cancelled_matter_may_be_booked_again_the_same_day(world: World) -> None:
    made = await world.book(world.slots[0])
    await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    assert (await world.book(world.slots[0])).number != made.number


async def test_fourth_live_appointment_is_refused_until_one_is_over(world: World) -> None:
    async with world.db.tx() as tx:
        others = [await a_matter(tx, world.group, f"m{n}", name=f"事项{n}") for n in range(3)]
    for place, matter in enumerate(others):
        await world.book(world.slots[place], matter=matter)
    with pytest.raises(LimitReached) as refused:
        await world.book(world.slots[20])
    assert refused.value.message == "每个微信号同时最多有3个预约，现在已经有3个了。请先取消一个用不上的，再约这个。"
    first_is_over = at(24, 9, 30)
    booking = (world.matter, "王小明", "13800000001", first_is_over)
    made = await world.db.transact(book, world.citizen, world.slots[20].id, *booking)
    assert made.state is State.BOOKED


async def test_cancelling_frees_the_place_and_only_once(world: World) -> None:
    made = await world.book(world.slots[0])
    await world.book(world.slots[0], await world.db.transact(a_citizen, "o-li"))
    gone = await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    assert gone.state is State.CANCELLED
    with pytest.raises(AlreadyCancelled):
        await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    assert await world.left(world.slots[0]) == 1
    assert await world.db.consult(appointments.own, world.citizen.id, MONDAY) == ()
    past = await world.db.consult(appointments.own, world.citizen.id, MONDAY, include_past=True)
    assert [held.state for held in past] == [State.CANCELLED]


async def test_another_persons_number_reads_like_none_at_all(world: World) -> None:
    made = await world.book(world.slots[0])
    stranger = await world.db.transact(a_citizen, "o-li")
    said = []
    for number in (made.number, "Y261123ABCDE00"):
        with pytest.raises(AppointmentNotFound) as refused:
            await world.db.transact(appointments.cancel, stranger.id, number, MONDAY)
        said.append(refused.value.message)
    assert said == ["没有查到您的这个预约，请核对预约号，或者回“我的预约”看看。"] * 2
    assert await world.left(world.slots[0]) == 1


async def test_nothing_changes_once_the_time_has_come(world: World) -> None:
    made = await world.book(world.slots[0])
    with pytest.raises(TooLate):
        await world.db.transact(appointments.cancel, world.citizen.id, made.number, at(24, 9))
    with pytest.raises(TooLate):
        await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[5].id, at(24, 9))


async def test_rescheduling_keeps_the_number_and_moves_the_place(world: World) -> None:
    made = await world.book(world.slots[0])
    moved = await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[14].id, MONDAY)
    assert (moved.number, moved.starts_at, moved.moved_from) == (made.number, at(25, 9, 30), world.slots[0].id)
    assert (await world.left(world.slots[0]), await world.left(world.slots[14])) == (2, 1)
    assert await world.db.consult(appointments.look, world.citizen.id, made.number) == moved


async def test_rescheduling_to_a_full_slot_keeps_the_old_place(world: World) -> None:
    made = await world.book(world.slots[0])
    await world.fill_up(world.slots[3])
    with pytest.raises(SlotFull):
        await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[3].id, MONDAY)
    assert await world.db.consult(appointments.own, world.citizen.id, MONDAY) == (made,)
    assert (await world.left(world.slots[0]), await world.left(world.slots[3])) == (1, 0)


async def test_rescheduling_to_the_same_slot_changes_nothing(world: World) -> None:
    made = await world.book(world.slots[0])
    same = await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[0].id, MONDAY)
    assert same == made
    assert await world.left(world.slots[0]) == 1


async def test_rescheduling_onto_a_day_that_has_the_matter_is_refused(world: World) -> None:
    made = await world.book(world.slots[0])
    await world.book(world.slots[13])
    with pytest.raises(AlreadyBooked):
        await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[14].id, MONDAY)
    within = await world.db.transact(appointments.reschedule, world.citizen.id, made.number, world.slots[1].id, MONDAY)
    assert within.starts_at == at(24, 9, 30)


async def test_arriving_is_for_the_day_itself_and_may_be_repeated(world: World) -> None:
    made = await world.book(world.slots[0])
    with pytest.raises(NotToday) as refused:
        await world.db.transact(appointments.arrive, made, MONDAY)
    assert refused.value.message == "您约的是11月24日（周二），请当天来了再取号；想改到今天请先改约。"
    assert (await world.db.transact(appointments.arrive, made, at(24, 8, 50))).state is State.ARRIVED
    assert (await world.db.transact(appointments.arrive, made, at(24, 8, 55))).state is State.ARRIVED
    with pytest.raises(TooLate):
        await world.db.transact(appointments.cancel, world.citizen.id, made.number, at(24, 8, 56))


async def test_cancelled_appointment_does_not_arrive(world: World) -> None:
    made = await world.book(world.slots[0])
    await world.db.transact(appointments.cancel, world.citizen.id, made.number, MONDAY)
    with pytest.raises(AlreadyCancelled):
        await world.db.transact(appointments.arrive, made, at(24, 8, 50))


async def test_personal_data_of_past_days_is_erased_and_nothing_else(world: World) -> None:
    tuesday, wednesday = await world.book(world.slots[0]), await world.book(world.slots[13])
    assert await world.db.transact(appointments.erase_personal, date(2026, 11, 25)) == 1
    assert await world.db.transact(appointments.erase_personal, date(2026, 11, 25)) == 0
    async with world.db.read() as tx:
        rows = await tx.all(select(table.c.number, table.c.name, table.c.phone).order_by(table.c.id))
    assert [tuple(row) for row in rows] == [
        (tuesday.number, None, None),
        (wednesday.number, "王小明", "13800000001"),
    ]


async def test_unsubscribing_erases_all_but_what_a_counter_still_expects(world: World) -> None:
    past, cancelled = await world.book(world.slots[0]), await world.book(world.slots[13])
    await world.db.transact(appointments.cancel, world.citizen.id, cancelled.number, MONDAY)
    coming = await world.book(world.slots[20])
    assert await world.db.transact(appointments.forget, world.citizen.id, at(24, 17)) == 2
    names = {}
    for held in (past, cancelled, coming):
        found = await world.db.consult(appointments.find, held.number)
        assert found is not None
        names[held.number] = found.name
    assert names == {past.number: None, cancelled.number: None, coming.number: "王小明"}
