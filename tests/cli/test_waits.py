"""`bangban waits`: the wait now, and how true what was said became."""

from datetime import date

import pytest

from cli import waits
from hall.places.calendar import Calendar
from hall.places.model import HallNotFound
from hall.queue import calling
from hall.queue import service as queue
from kit.db import Database
from tests.cli.conftest import Run
from tests.hall.builders import HALL, MONDAY
from tests.hall.lines import CLERK, after, an_open_counter


async def test_the_wait_now_and_how_true_it_was(db: Database) -> None:
    here = await db.transact(an_open_counter)
    for group in (here.a, here.a, here.b):
        await db.transact(queue.take, HALL.id, group, None, MONDAY)
    await db.transact(calling.call_next, here.counter, CLERK, MONDAY)
    text, facts = await db.consult(waits.look, HALL.id, MONDAY.date(), after(1))
    assert text.splitlines()[:3] == [
        "测试大厅",
        "A A类：前面1人，大约等0到23分钟（还没有可以参照的办理速度，是粗估）",
        "B B类：1人在等，现在没有窗口在办",
    ]
    assert "11月23日（周一）：1个票号，100%落在说的范围里" in text
    assert (facts["day"]["tickets"], facts["now"]["B"]["low"]) == (1, None)
    text, facts = await db.consult(waits.look, HALL.id, date(2026, 11, 20), after(1))
    assert text.splitlines()[1] == "11月20日（周五）：还没有可以核对的票号"
    assert "now" not in facts
    with pytest.raises(HallNotFound):
        await db.consult(waits.look, "nowhere", MONDAY.date(), MONDAY)


def test_ten_workdays_leave_holidays_out() -> None:
    days = waits.last_workdays(
        Calendar.published(), HALL, date(2026, 10, 12), 10
    )  # after the holidays of 1 to 7 October
    assert (len(days), days[0] < date(2026, 9, 30), date(2026, 10, 1) in days) == (10, True, False)
    assert waits.last_workdays(Calendar.published(), HALL, date(2040, 1, 6), 2) == [date(2040, 1, 5), date(2040, 1, 6)]


def test_command_answers_in_json(filled: Run) -> None:
    told = filled("waits", "--on", "2026-11-20", "--json")
    assert (told.code, '"ten_days"' in told.out) == (0, True)
