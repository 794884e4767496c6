"""`bangban appointments …` and `bangban rules …`, as staff type them."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from cli.rules import read
from hall.appointments import closures, shipped_rules
from hall.appointments.closures import How
from hall.appointments.rule_files import read as read_rules
from hall.places.calendar import PUBLISHED
from kit import clock
from kit.db import Database
from tests.cli.conftest import Run
from tests.hall.builders import HALL, MONDAY
from tests.hall.test_closures import TUESDAY, a_crowd


@pytest.fixture
def desk(filled: Run) -> Iterator[Run]:
    """`run`, with the sample hall and a member of staff."""
    filled("staff", "add", "张三", "--role", "lead")
    yield filled


def tomorrow() -> str:
    return PUBLISHED.next_workdays(clock.day_of(clock.now()), 2)[1].isoformat()


def test_booking_by_phone_is_listed_without_name_or_phone_and_cancelled(desk: Run) -> None:
    who = ("--phone", "13800000009", "--name", "李秀英", "--as", "张三")
    made = desk("appointments", "book", "social-security-card", tomorrow(), "09:30", *who)
    assert made.code == 0, made.err
    number = re.search(r"预约号：(Y\w+)", made.out)
    assert number is not None
    listed = desk("appointments", "--on", tomorrow(), "--as", "张三").out
    assert number[1] in listed
    assert "李*" in listed
    assert "李秀英" not in listed
    assert "13800000009" not in listed
    gone = desk("appointments", "cancel", number[1], "--as", "张三")
    assert (gone.code, "已取消" in gone.out) == (0, True)
    again = desk("appointments", "cancel", number[1], "--as", "张三")
    assert (again.code, "已经取消" in again.err) == (1, True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("appointments",), "请加上 --as"),
        (("appointments", "--as", "李四"), "没有叫“李四”的工作人员"),
        (("appointments", "cancel", "Y261123AAAAA11", "--as", "张三"), "没有查到"),
        (("appointments", "excuse", "Y261123AAAAA11", "--why", "住院", "--as", "张三"), "没有查到"),
        (("appointments", "bans", "--lift", "7", "--as", "张三"), "请用 --why"),
        (("appointments", "bans", "--lift", "7", "--why", "住院", "--as", "张三"), "没有找到还在起作用的"),
        (("appointments", "reopen", "7", "--as", "张三"), "没有这个停办安排"),
        (("appointments", "close", "2026-11-25", "2026-11-24", "--reason", "停电", "--as", "张三"), "结束要在开始之后"),
        (
            ("appointments", "close", "2026-11-25", "2026-11-25", "--reason", "停", "--group", "Z", "--as", "张三"),
            "没有字母是“Z”",
        ),
        (("rules", "set", "nowhere.toml", "--as", "张三"), "读不了文件"),
        (("rules", "show", "--group", "Z"), "没有字母是“Z”"),
    ],
)
def test_refusals_say_why(desk: Run, words: tuple[str, ...], why: str) -> None:
    ended = desk(*words)
    assert (ended.code, ended.out) == (1, "")
    assert why in ended.err


def test_closing_and_reopening(desk: Run) -> None:
    closed = desk(
        "appointments", "close", tomorrow(), tomorrow(), "--group", "D", "--reason", "停电检修", "--as", "张三"
    )
    assert closed.code == 0, closed.err
    found = re.search(r"停办 (\d+) 号", closed.out)
    assert found is not None
    assert "停电检修（张三）" in desk("appointments", "closures").out
    who = ("--phone", "13800000009", "--name", "李秀英", "--as", "张三")
    assert desk("appointments", "book", "social-security-card", tomorrow(), "09:30", *who).code == 1
    assert "重新放号" in desk("appointments", "reopen", found[1], "--as", "张三").out
    assert desk("appointments", "book", "social-security-card", tomorrow(), "09:30", *who).code == 0


def test_one_matter_is_closed_and_the_others_of_its_group_are_not(desk: Run) -> None:
    of = ("--matter", "social-security-card", "--reason", "系统升级", "--as", "张三")
    closed = desk("appointments", "close", tomorrow(), tomorrow(), *of)
    found = re.search(r"停办 (\d+) 号", closed.out)
    assert found is not None, closed.err
    assert "社会保障卡申领/补领/激活　系统升级（张三）" in desk("appointments", "closures").out
    who = ("--phone", "13800000009", "--name", "李秀英", "--as", "张三")
    refused = desk("appointments", "book", "social-security-card", tomorrow(), "09:30", *who)
    assert (refused.code, "停办（系统升级），这段时间约不了" in refused.err) == (1, True)
    assert desk("appointments", "book", "employment-business-cert", tomorrow(), "09:30", *who).code == 0
    assert "13个时段重新放号" in desk("appointments", "reopen", found[1], "--as", "张三").out
    assert desk("appointments", "book", "social-security-card", tomorrow(), "09:30", *who).code == 0


def test_nobody_is_stopped_at_first(desk: Run) -> None:
    assert desk("appointments", "bans", "--as", "张三").out == "没有正在停约的。\n"


def test_rules_are_shown_set_and_listed(desk: Run) -> None:
    before = desk("rules").out
    assert "· 改约和取消要在预约时间之前" in before
    changed = desk("rules", "set", "--like", "f", "--group", "D", "--as", "张三")
    assert changed.code == 0, changed.err
    assert "每个身份证号每天最多有1个预约" in desk("rules", "show", "--group", "D").out
    assert "每个身份证号每天最多有1个预约" in desk("rules", "show", "--matter", "social-security-card").out
    assert desk("rules", "show").out == before
    listed = desk("rules", "list").out
    assert "社保就业：" in listed
    assert "  h　改约和取消提前1小时；不取纸质号，凭手机叫号。" in listed


def test_rules_from_a_file_name_their_mistake(desk: Run) -> None:
    Path("rules.toml").write_text("[window]\nfirst = 1\nlasst = 5\n", "utf-8")
    ended = desk("rules", "set", "rules.toml", "--as", "张三")
    assert (ended.code, "window.lasst" in ended.err) == (1, True)
    Path("rules.toml").write_text("[window\n", "utf-8")
    assert "不是写对了的 TOML" in desk("rules", "set", "rules.toml", "--as", "张三").err
    Path("rules.toml").write_text("[window]\nfirst = 1\nlast = 5\n", "utf-8")
    assert "要提前1到5个工作日预约" in desk("rules", "set", "rules.toml", "--as", "张三").out


@pytest.mark.parametrize("letter", "abcdefgh")
def test_shipped_rule_sets_can_be_put_in_force(letter: str) -> None:
    assert read_rules(read(shipped_rules.HERE / f"{letter}.toml")).say()


async def test_full_day_is_closed_step_by_step(db: Database) -> None:
    await db.transact(a_crowd, 120)
    closure = await db.transact(closures.shut, HALL.id, None, *TUESDAY, "停电", "张三", MONDAY)
    done = await closures.empty_in_steps(db, closure, How.CANCEL, "张三", lambda: MONDAY)
    assert (done.moved, done.cancelled, done.to_call) == (0, 120, ())
    again = await closures.empty_in_steps(db, closure, How.CANCEL, "张三", lambda: MONDAY)
    assert (again.moved, again.cancelled) == (0, 0)
