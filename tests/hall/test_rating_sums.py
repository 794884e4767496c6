from datetime import date
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from hall.ratings.model import HANDFUL, MonthNotOver
from hall.ratings.sums import By, Sum, discreet, month_before, month_of, sums
from kit.db import Database, Tx
from tests.hall.builders import HALL, MONDAY, at
from tests.hall.lines import CLERK
from tests.hall.opinions import LEAD, Counted, a_dealing, a_hall_at_work, say_it

NOVEMBER, DECEMBER = date(2026, 11, 1), at(30, 23).replace(month=12, day=1)


async def said(tx: Tx, at_work: Counted, *levels: int) -> None:
    for level in levels:
        await say_it(tx, await a_dealing(tx, at_work), level)


async def test_clerk_sees_sums_of_a_handful_and_more_once_the_month_is_over(db: Database) -> None:
    here = await db.transact(a_hall_at_work)
    await db.transact(said, here, 5, 5, 4, 2)
    asked = (sums, HALL.id, NOVEMBER, By.COUNTER)
    assert await db.consult(*asked, CLERK, DECEMBER) == ()
    await db.transact(said, here, 1)
    (found,) = await db.consult(*asked, CLERK, DECEMBER)
    assert (found.name, found.levels, found.count, found.content) == ("1号窗口", (2, 1, 0, 1, 1), 5, 0.6)
    with pytest.raises(MonthNotOver):
        await db.consult(*asked, CLERK, at(30, 23))
    assert await db.consult(*asked, LEAD, MONDAY) == (found,)


async def test_lead_sees_every_group(db: Database) -> None:
    here = await db.transact(a_hall_at_work)
    await db.transact(said, here, 5)
    for by, name in ((By.COUNTER, "1号窗口"), (By.MATTER, "食品经营许可证核发"), (By.DAY, "2026-11-23")):
        assert await db.consult(sums, HALL.id, NOVEMBER, by, LEAD, MONDAY) == (Sum(name, (1, 0, 0, 0, 0)),)


def test_months_follow_each_other() -> None:
    assert month_of(date(2026, 12, 5)) == (date(2026, 12, 1), date(2027, 1, 1))
    assert month_before(date(2027, 1, 1)) == date(2026, 12, 1)


COUNTS = some.lists(some.integers(1, 12), max_size=12)


@given(COUNTS)
def test_no_small_group_can_be_reckoned_out(counts: list[int]) -> None:
    """Whatever is shown, subtracted from the total or from each other's sum, leaves a handful or nothing."""
    found = [Sum(f"{n}", (count, 0, 0, 0, 0)) for n, count in enumerate(counts)]
    shown = discreet(found)
    assert all(one.count >= HANDFUL for one in shown)
    total = sum(one.count for one in shown)
    assert total in (0, sum(counts))
    for few in range(len(shown)):
        for chosen in combinations(shown, few):
            left = total - sum(one.count for one in chosen)
            assert left == 0 or left >= HANDFUL


@given(COUNTS)
def test_what_is_large_enough_is_shown_where_nothing_is_given_away(counts: list[int]) -> None:
    found = [Sum(f"{n}", (count, 0, 0, 0, 0)) for n, count in enumerate(counts)]
    small = [one for one in found if one.count < HANDFUL]
    if not small or sum(one.count for one in small) >= HANDFUL:
        assert {one.name for one in found if one.count >= HANDFUL} <= {one.name for one in discreet(found)}
