"""What the pages of matters stand on, on both databases: two who save at once, and cases under way."""

import pytest

from hall.cases import running
from hall.cases import service as cases
from hall.matters import columns, entering, listing, written
from hall.matters import service as matters
from hall.matters.columns import FLAG, YES_NO
from hall.matters.model import BadEntry, ChangedMeanwhile, MatterNotFound
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, a_group, a_hall, a_matter, at_once
from tests.hall.case_builders import a_case, a_member


async def a_hall_with_one(tx: Tx) -> None:
    await a_hall(tx)
    await a_matter(tx, await a_group(tx))


async def test_of_two_who_save_the_same_matter_at_once_the_second_is_told(db: Database) -> None:
    await db.transact(a_hall_with_one)
    seen = written.mark(await db.consult(matters.matter, HALL.id, "licence"))
    row = {"id": "licence", "typical": "是"}
    came = await at_once(db, *(db.transact(entering.save, HALL.id, row | {"fee": fee}, seen) for fee in ("5元", "6元")))
    assert sorted(type(one).__name__ for one in came) == ["ChangedMeanwhile", "Line"]
    assert (await db.consult(matters.matter, HALL.id, "licence")).fee in ("5元", "6元")
    for row, mark, refusal in (
        ({"id": "licence", "fee": "7元"}, "", BadEntry),
        ({"id": "licence", "fee": "7元"}, seen, ChangedMeanwhile),
        ({"id": "none", "fee": "7元"}, seen, MatterNotFound),
    ):
        with pytest.raises(refusal):
            await db.transact(entering.save, HALL.id, row, mark)


async def test_cases_under_way_are_those_not_over_and_accepted_ones_apart(db: Database) -> None:
    clerk = await a_member(db, "clerk")
    for _ in range(3):
        case, _code = await a_case(db)
    await db.transact(cases.accept, case.number, clerk, MONDAY)
    over, _code = await a_case(db)
    await db.transact(cases.refuse, over.number, clerk, "不属于本厅", MONDAY)
    assert await db.consult(running.of_matter, HALL.id, "licence") == running.Running(1, 2)
    assert await db.consult(running.of_matter, "other", "licence") == running.Running(0, 0)


async def test_a_row_becomes_fields_and_the_same_row_again(db: Database) -> None:
    await db.transact(a_hall_with_one)
    row = (await db.consult(entering.everything, HALL.id))["matter"][0]
    texts = written.texts_of(columns.MATTER, row)
    back = written.row_of(columns.MATTER, texts)
    wrong: list[str] = []
    groups = await db.consult(matters.groups, HALL.id)
    known = await db.consult(matters.catalogue, HALL.id)
    assert (listing.matter_of(back, HALL.id, groups, known, wrong), wrong) == (known[0], [])
    blank = texts | {"materials.9.name": "", "materials.9.needed": "是", "materials.1.gone": "1"}
    left = written.row_of(columns.MATTER, blank)["materials"]
    assert [one["name"] for one in left] == ["申请书"]
    assert "materials" not in written.row_of(columns.MATTER, {"fee": "5元"})
    assert FLAG.choices == YES_NO
