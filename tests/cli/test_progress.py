"""`bangban progress`: for whoever is entitled, and no one else."""

import json
from datetime import timedelta

import pytest

from cli import progress
from hall.appointments import service as appointments
from hall.appointments.refusals import AppointmentNotFound
from hall.queue import service as queue
from hall.queue.model import TicketNotFound
from hall.staff import service as staff
from kit.db import Database, Tx
from tests.cli.conftest import Run
from tests.hall.builders import HALL, MONDAY, a_citizen, a_group, a_hall, a_matter, book, slots_on

CASE, CODE = "ST20261117000316", "BZ4567"  # the sample's 补正
NOT_FOUND = "没有查到这个办件，或者查询码不对。请核对受理回执上的办件编号和6位查询码，也可以到窗口请工作人员帮您查。\n"


def test_case_is_told_to_whoever_has_the_code(filled: Run) -> None:
    told = filled("progress", CASE, "--code", CODE)
    assert told.code == 0
    assert told.out.splitlines()[:2] == [
        f"公共场所卫生许可（{CASE}）",
        "现在：补正——还差材料，等您补齐，11月18日（周三）起。",
    ]
    assert "要您做的：请把缺的材料一次补齐：卫生检测或评价报告。" in told.out
    assert "· 卫生检测或评价报告（还没交）" in told.out
    assert "示例申请人" not in told.out


@pytest.mark.parametrize("number", [CASE.lower(), f" {CASE} "])
@pytest.mark.parametrize("code", [CODE, CODE.lower()])
def test_case_is_found_however_it_is_typed(filled: Run, number: str, code: str) -> None:
    assert filled("progress", number, "--code", code).code == 0


@pytest.mark.parametrize(("number", "code"), [(CASE, "BZ4568"), ("ST20261117000413", CODE), ("whatever", CODE)])
def test_case_is_not_told_to_others_whether_it_exists_or_not(filled: Run, number: str, code: str) -> None:
    told = filled("progress", number, "--code", code)
    assert (told.code, told.out, told.err) == (1, "", NOT_FOUND)


@pytest.mark.parametrize("number", [CASE, "ST20261117000413", "Y261125ABCD12"])
def test_number_alone_is_not_enough(filled: Run, number: str) -> None:
    told = filled("progress", number)
    assert (told.code, told.out, told.err.startswith("请加上 --code：")) == (1, "", True)


def test_case_is_told_to_known_staff_without_the_code(filled: Run) -> None:
    filled("staff", "add", "张三", "--role", "clerk")
    assert filled("progress", CASE, "--as", "张三").out == filled("progress", CASE, "--code", CODE).out
    unknown = filled("progress", CASE, "--as", "李四", "--code", CODE)
    assert (unknown.code, unknown.err.startswith("没有叫“李四”的工作人员")) == (1, True)


def test_case_as_data_has_its_history_and_no_name(filled: Run) -> None:
    told = json.loads(filled("progress", CASE, "--code", CODE, "--json").out)
    assert (told["number"], told["state"], told["state_name"], told["waits_for_person"]) == (
        CASE,
        "supplement",
        "补正",
        True,
    )
    assert told["since"] == "2026-11-18T10:10:00+08:00"
    assert [fact["state"] for fact in told["history"]] == ["received", "supplement"]
    assert "applicant" not in told


async def ask(db: Database, number: str, code: str | None = None, staff_name: str | None = None) -> progress.Told:
    return await progress.look(db, HALL.id, number, code, staff_name, MONDAY)


async def an_appointment(tx: Tx) -> str:
    await a_hall(tx)
    matter = await a_matter(tx, group := await a_group(tx))
    slot = (await slots_on(tx, group, 25))[0]
    held = await book(tx, await a_citizen(tx), slot.id, matter, "王小明", "13800004321", MONDAY)
    return held.number


async def test_appointment_is_told_to_whoever_knows_the_end_of_its_phone(db: Database) -> None:
    number = await db.transact(an_appointment)
    text, facts = await ask(db, number.lower(), "4321")
    assert (facts["number"], facts["state"], facts["matter"]["name"]) == (number, "booked", "食品经营许可证核发")
    assert number in text
    assert "王小明" not in text + str(facts)


@pytest.mark.parametrize("code", ["4322", "13800004321", "王小明"])
async def test_appointment_is_not_told_to_others(db: Database, code: str) -> None:
    number = await db.transact(an_appointment)
    for asked in (number, "Y261125ABCD12"):
        with pytest.raises(AppointmentNotFound):
            await ask(db, asked, code)


async def test_appointment_whose_phone_was_erased_opens_to_staff_only(db: Database) -> None:
    number = await db.transact(an_appointment)
    await db.transact(appointments.erase_personal, MONDAY.date() + timedelta(days=60))
    await db.transact(staff.add, "张三", "clerk", MONDAY)
    assert (await ask(db, number, None, "张三"))[1]["number"] == number
    with pytest.raises(AppointmentNotFound):
        await ask(db, number, "4321")


async def test_ticket_says_how_many_are_before_it_to_anyone(db: Database) -> None:
    async def take_three(tx: Tx) -> None:
        await a_hall(tx)
        group = await a_group(tx)
        for _ in range(3):
            await queue.take(tx, HALL.id, group, None, MONDAY)

    await db.transact(take_three)
    told = (await ask(db, "a003"))[1]
    assert {name: told[name] for name in ("kind", "number", "state", "ahead", "wait_low_minutes")} == {
        "kind": "ticket",
        "number": "A003",
        "state": "waiting",
        "ahead": 2,
        "wait_low_minutes": None,
    }
    assert (await ask(db, "A001"))[0].splitlines()[0] == (
        "A001：等候中。前面没有人等。现在没有窗口在办这类业务，要等多久还说不准，可以问问导办台。"
    )
    with pytest.raises(TicketNotFound, match="今天没有 A004 这个票号"):
        await ask(db, "A004")
