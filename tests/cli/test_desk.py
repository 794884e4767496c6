"""`bangban desk` and `bangban queue rules`: a counter run from the terminal."""

from pathlib import Path

import pytest

from cli.desk import PRESSES, pressed
from hall.queue import service as queue
from hall.staff import service as staff
from kit.db import Database
from tests.cli.conftest import Run
from tests.hall.builders import HALL, MONDAY
from tests.hall.lines import a_line, an_open_counter


@pytest.fixture
def desk(filled: Run) -> Run:
    """`desk("1", "next")`, by 王芳 in the sample hall."""
    filled("staff", "add", "王芳", "--role", "clerk")
    return lambda *words: filled("desk", *words, "--as", "王芳")


def test_counter_opens_waits_pauses_and_closes(desk: Run) -> None:
    assert desk("1", "open").out == "1号窗口开窗，王芳在值。叫人用 next。\n"
    assert desk("1", "waiting").out == "没有人在等。\n"
    refused = desk("1", "next")
    assert (refused.code, refused.out, refused.err) == (1, "", "现在没有人在等1号窗口能办的事，可以歇一歇。\n")
    assert desk("1", "pause").out == "1号窗口暂离。回来了用 resume。\n"
    assert desk("1", "next").err == "1号窗口现在是暂离，请先恢复。\n"
    assert desk("1", "resume").out == "1号窗口继续叫号。\n"
    assert desk("1", "close").out == "1号窗口关窗，辛苦了。\n"


def test_wrong_counter_hall_staff_or_word_is_refused(desk: Run, filled: Run) -> None:
    assert desk("99", "open").err == "这个大厅没有99号窗口，请核对窗口号。\n"
    assert desk("1", "open", "--hall", "nowhere").code == 1
    assert "没有叫“路人”的工作人员" in filled("desk", "1", "open", "--as", "路人").err
    assert [filled("desk", "1", *words).code for words in (["dance"], ["open"], ["transfer", "B", "--as", "王芳"])] == [
        2
    ] * 3


async def test_one_persons_way_is_said_at_each_press(db: Database) -> None:
    here = await db.transact(an_open_counter)
    await db.transact(staff.add, "王芳", "clerk", MONDAY)
    await db.transact(a_line, here.a, [None] * 6)

    async def press(name: str, **given: str) -> str:
        return await db.transact(pressed, name, HALL.id, 1, "王芳", given, MONDAY)

    assert (await press("waiting")).splitlines()[:2] == ["A001　普通　已等2分钟", "A002　普通　已等1分钟"]
    assert await press("next") == "请 A001 到1号窗口。"
    assert await press("recall") == "请 A001 到1号窗口（第2次）。"
    assert await press("recall") == "请 A001 到1号窗口（第3次）。"
    assert await press("missed") == "A001 过号。人来了用 come-back A001。"
    assert await press("next") == "请 A002 到1号窗口。"
    assert await press("serve") == "A002 到窗口了，开始办理。"
    assert await press("finish") == "A002 办完了。"
    assert await press("come-back", number="a001") == "A001 重新排上了，前面还有 3 位。"
    assert await press("left", number="A004") == "A004 不办了，号已经撤下。"
    assert await press("next") == "请 A003 到1号窗口。"
    assert await press("transfer", letter="b", why="要先核验") == "A003 转到B类，号不变，按原来取号的时间排。"
    assert (await press("waiting")).split()[::3] == ["A005", "A001", "A006"]
    assert await db.consult(queue.find, HALL.id, "A003", MONDAY.date()) is not None
    assert len(PRESSES) == 13


def test_rules_are_shown_in_words_and_set_from_what_is_shown(filled: Run, tmp_path: Path) -> None:
    filled("staff", "add", "赵主任", "--role", "lead")
    usual = filled("queue", "rules")
    assert usual.out.startswith("预约、老人、残疾人、军人优先，其余按取号先后叫号。\n")
    file = tmp_path / "rules.toml"
    file.write_text(usual.out.split("写成文件是：\n")[1].replace("most_in_row = 2", "most_in_row = 1"), "utf-8")
    changed = filled("queue", "rules", "--set", str(file), "--as", "赵主任")
    assert (changed.code, "最多连叫1位优先号" in changed.out) == (0, True)
    assert filled("queue", "rules").out == changed.out


def test_rules_written_wrong_are_refused_with_every_reason(filled: Run, tmp_path: Path) -> None:
    filled("staff", "add", "赵主任", "--role", "lead")
    file = tmp_path / "rules.toml"
    file.write_text("most_in_row = -1\nfaster = true\n", "utf-8")
    assert filled("queue", "rules", "--set", str(file)).err.startswith("改叫号规则请加上 --as 姓名")
    refused = filled("queue", "rules", "--set", str(file), "--as", "赵主任")
    assert (refused.code, len(refused.err.splitlines())) == (1, 3)
    file.write_text("most_in_row: 1", "utf-8")
    assert "TOML" in filled("queue", "rules", "--set", str(file), "--as", "赵主任").err
