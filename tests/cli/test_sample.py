from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import delete, func, select

from cli import sample
from hall.appointments import service as appointments
from hall.appointments.tables import slots
from hall.cases import progress
from hall.cases.clocks import Light
from hall.cases.model import State
from hall.matters import agencies, files, life_events
from hall.matters import service as matters
from hall.matters.model import Codes, Use
from hall.matters.tables import agencies as agency_table
from hall.matters.tables import life_events as event_table
from hall.matters.tables import matter_files
from hall.places import service as places
from kit.db import Database, metadata
from tests.hall.builders import MONDAY, at

HALL = "shuangta"
CASES = [
    ("ST20261120000157", "SJ2345", "收件"),
    ("ST20261118000250", "SK3456", "受理"),
    ("ST20261117000316", "BZ4567", "补正"),
    ("ST20261112000483", "SH5678", "审核"),
    ("ST20261110000550", "BJ6789", "办结"),
    ("ST20261109000642", "TB7892", "特别程序"),
    ("ST20261116000771", "BY8923", "不予受理"),
    ("ST20261113000839", "HD9234", "审核"),
    ("ST20261015000937", "CQ2346", "审核"),
    ("ST20261030001092", "TJ3457", "退件"),
    ("ST20261106001127", "ZZ4568", "中止"),
]


async def everything(db: Database) -> dict[str, int]:
    async with db.read() as tx:
        return {t.name: await tx.value(select(func.count()).select_from(t)) for t in metadata.sorted_tables}


async def test_sample_hall_says_it_is_one_and_invents_no_address(db: Database) -> None:
    await sample.fill(db, MONDAY)
    async with db.read() as tx:
        hall = await places.hall(tx, HALL)
        assert (hall.name, hall.address, hall.phone, hall.is_sample) == (
            "双塔区政务服务大厅（示例）",
            None,
            None,
            True,
        )
        counters = await places.counters(tx, HALL)
        assert [counter.number for counter in counters] == list(range(1, 13))
        assert all("示例" in counter.name for counter in counters)
        assert {matter.is_typical for matter in await matters.catalogue(tx, HALL)} == {True}
        assert len(await matters.catalogue(tx, HALL)) == 45


async def test_every_group_has_slots_on_the_next_ten_workdays(db: Database) -> None:
    await sample.fill(db, MONDAY)
    async with db.read() as tx:
        groups = await matters.groups(tx, HALL)
        days = {
            group.letter: {row.on for row in await tx.all(select(slots.c.on).where(slots.c.group_id == group.id))}
            for group in groups
        }
    first, last = date(2026, 11, 24), date(2026, 12, 7)
    workdays = {first + timedelta(days=n) for n in range(14) if (first + timedelta(days=n)).weekday() < 5}
    assert max(workdays) == last
    assert days == dict.fromkeys("ABCDEFGH", workdays)


async def test_some_slots_are_booked_out_so_that_others_are_near(db: Database) -> None:
    await sample.fill(db, MONDAY)
    async with db.read() as tx:
        group = (await matters.groups(tx, HALL))[0]
        free = await appointments.free_slots(tx, HALL, group.id, date(2026, 11, 24), MONDAY)
        near = await appointments.nearest(tx, HALL, group.id, at(24, 9), MONDAY)
    assert free[0].starts_at == at(24, 10)
    assert [slot.starts_at for slot in near] == [at(24, 10), at(24, 10, 30), at(24, 11)]


async def test_cases_are_found_by_the_codes_it_prints(db: Database) -> None:
    said = "\n".join(await sample.fill(db, MONDAY))
    for number, code, state in CASES:
        told = await db.consult(progress.progress, number, MONDAY, code=code)
        assert told.state.chinese == state
        assert f"编号 {number}，查询码 {code}" in said


async def test_accepted_sample_case_is_due_by_the_matters_own_days(db: Database) -> None:
    await sample.fill(db, MONDAY)
    told = await db.consult(progress.progress, "ST20261118000250", MONDAY, code="SK3456")
    assert (told.clock.due_on, told.clock.legal_due_on) == (date(2026, 11, 30), date(2026, 12, 3))


async def test_sample_has_a_case_in_every_state_and_of_every_light(db: Database) -> None:
    await sample.fill(db, MONDAY)
    told = [await db.consult(progress.progress, number, MONDAY, code=code) for number, code, _ in CASES]
    assert {one.state for one in told} == set(State)
    assert {one.clock.light for one in told} == set(Light)
    assert [one.number for one in told if one.stop and one.until_on] == ["ST20261109000642", "ST20261106001127"]


async def test_filling_twice_changes_nothing(db: Database) -> None:
    first = await sample.fill(db, MONDAY)
    before = await everything(db)
    again = await sample.fill(db, MONDAY)
    assert await everything(db) == before
    assert again[3:] == first[3:]


async def test_filling_on_a_later_day_adds_the_newer_slots(db: Database) -> None:
    await sample.fill(db, MONDAY)
    before = await everything(db)
    await sample.fill(db, MONDAY + timedelta(days=1))
    after = await everything(db)
    assert after["slots"] - before["slots"] == 8 * 13
    assert {name: after[name] for name in ("matters", "cases", "counters")} == {
        name: before[name] for name in ("matters", "cases", "counters")
    }


async def test_filling_near_the_end_of_the_calendar_says_so(db: Database) -> None:
    said = await sample.fill(db, datetime(2026, 12, 28, 2, 0, tzinfo=UTC))
    assert said[3] == "往后的放假安排还没有公布，只放了3个工作日的号。"
    unpublished = await sample.fill(db, datetime(2027, 1, 4, 2, 0, tzinfo=UTC))
    assert unpublished[2] == "放假安排还没有公布，暂时放不了示例号源。"


async def test_sample_guide_knows_who_is_responsible_and_invents_nothing_of_them(db: Database) -> None:
    await sample.fill(db, MONDAY)
    async with db.read() as tx:
        everything_done_here = await matters.catalogue(tx, HALL)
        offices = await agencies.agencies(tx, HALL)
        forms = await files.files(tx, HALL)
        events = await life_events.events(tx, HALL)
    assert {matter.agency_id for matter in everything_done_here} == {office.id for office in offices}
    assert {(office.address, office.phone, office.hours) for office in offices} == {(None, None, None)}
    assert {matter.codes for matter in everything_done_here} == {Codes()}
    assert all(matter.audiences and matter.is_typical for matter in everything_done_here)
    assert all("示例" in form.name and form.use is Use.LIST for form in forms)
    assert events[0].name == "开一家小店"


async def test_sample_hall_of_an_earlier_release_gets_the_guide_and_keeps_what_staff_have_changed(db: Database) -> None:
    await sample.fill(db, MONDAY)
    async with db.tx() as tx:
        kept = replace(await matters.matter(tx, HALL, "elder-card"), agency_id=None, fee="5元", is_typical=False)
        old = replace(await matters.matter(tx, HALL, "disabled-card"), agency_id=None, audiences=())
        await matters.set_matter(tx, kept)
        await matters.set_matter(tx, old)
        for table in (matter_files, agency_table, event_table):
            await tx.run(delete(table))
    again = await sample.fill(db, MONDAY)
    assert again[1].startswith("办事指南：12个部门")
    async with db.read() as tx:
        assert await matters.matter(tx, HALL, "elder-card") == kept
        assert (await matters.matter(tx, HALL, "disabled-card")).agency_id == "disabled-federation"
