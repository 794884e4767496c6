"""`bangban performance`: the figures of the page, in a terminal and for programs."""

import json

from cli import performance as command
from hall.performance import service as performance
from hall.performance.model import By, Report
from hall.performance.spans import When
from kit.db import Database
from tests.cli.conftest import Run
from tests.hall.builders import HALL, at
from tests.hall.counted_days import a_monday
from tests.hall.test_performance import hall

__all__ = ["hall"]
EVENING = at(23, 18)


async def a_monday_by(db: Database, by: By) -> Report:
    wanted = await db.consult(performance.wanted, HALL.id, When.TODAY, by, EVENING)
    return await db.consult(performance.report, wanted, EVENING)


async def test_a_day_is_told_in_columns_its_groups_below_and_how_on_request(hall: Database) -> None:
    await hall.transact(a_monday)
    report = await a_monday_by(hall, By.COUNTER)
    lines = command.as_text(HALL.name, report, By.COUNTER, is_defined=False).splitlines()
    assert lines[:4] == [
        "测试大厅　2026-11-23",
        "                                   对比 2026-11-20",  # the workday before
        "取号              5个              0个",
        "办完              3个              0个",
    ]
    assert lines[16] == ""
    assert lines[17].split()[:4] == ["窗口", "取号", "办完", "等候（一半的人）"]
    assert lines[18].startswith("1号窗口       2个   1个   13分钟            16分钟            4分钟         50.0%")
    told = command.as_text(HALL.name, report, None, is_defined=True)
    assert "没有到窗口的" not in told
    assert "办完：到窗口办完了的号。\n  算哪些：一个号算一个，转过窗的也只算一个。" in told


async def test_programs_get_numbers_and_null_where_nothing_can_be_reckoned(hall: Database) -> None:
    await hall.transact(a_monday)
    told = json.loads(json.dumps(command.as_json(await a_monday_by(hall, By.COUNTER), By.COUNTER, is_defined=True)))
    assert [told[name] for name in ("hall", "since", "until")] == [HALL.id, "2026-11-23", "2026-11-23"]
    assert told["compared_with"] == {"since": "2026-11-20", "until": "2026-11-20"}
    assert told["figures"]["missed"] == {"amount": 0.2, "whole": 5, "text": "20.0%"}
    assert told["figures"]["content"] == {"amount": None, "whole": 0, "text": "暂无"}
    assert [group["key"] for group in told["groups"]] == [1, 2, None]
    assert told["definitions"]["missed"]["part"].startswith("状态是“已过号”的号")


def test_command_looks_at_the_days_asked_for_and_says_where_there_is_nothing(filled: Run) -> None:
    told = filled("performance", "--since", "2030-01-01", "--until", "2030-01-31", "--by", "day")
    assert (told.code, told.out.splitlines()[0]) == (0, "双塔区政务服务大厅（示例）　2030-01-01 至 2030-01-31")
    assert "这些天还没有数字" in told.out
    assert filled("performance", "--since", "2026-01-01", "--until", "2026-12-31").code == 1
    assert filled("performance", "--hall", "nowhere").err.startswith("没有")
    assert json.loads(filled("performance", "--json").out)["hall"] == "shuangta"
