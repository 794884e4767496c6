"""`bangban staff add | reset`, roles of commands given with --as, and the demo's staff."""

import re

import pytest

from tests.cli.conftest import Run

ONCE = r"一次性密码：([A-Za-z0-9]{14})\n只显示这一次，请当面告诉本人。\n"


def test_staff_get_a_password_that_is_shown_once(fresh: Run) -> None:
    fresh("migrate")
    added = fresh("staff", "add", " 张三 ", "--role", "clerk")
    assert added.code == 0
    first = re.fullmatch(rf"已添加 张三（clerk）。\n{ONCE}", added.out)
    again = re.fullmatch(ONCE, fresh("staff", "reset", "张三").out)
    assert first is not None
    assert again is not None
    assert first[1] != again[1]


def test_staff_of_the_same_name_is_refused(filled: Run) -> None:
    filled("staff", "add", "张三", "--role", "clerk")
    again = filled("staff", "add", "张三", "--role", "lead")
    assert (again.code, again.out) == (1, "")
    assert again.err == "已经有叫“张三”的工作人员了，请换一个名字，比如加上科室。\n"


def test_staff_of_no_known_role_is_refused(filled: Run) -> None:
    refused = filled("staff", "add", "李四", "--role", "boss")
    assert (refused.code, refused.err) == (1, "没有“boss”这个角色，可选的有：clerk、guide、editor、lead、admin。\n")


def test_staff_of_no_hall_there_is_are_refused(filled: Run) -> None:
    assert filled("staff", "add", "李四", "--role", "clerk", "--hall", "nowhere").code == 1
    assert "没有叫“李四”的工作人员" in filled("messages", "--as", "李四").err


@pytest.mark.parametrize(
    ("role", "command", "who_may"),
    [
        ("clerk", "appointments close 2026-12-04 2026-12-04 --reason 台风", "带班领导、系统管理员"),
        ("clerk", "calendar set 2026-12-04 --closed --note 台风", "带班领导、系统管理员"),
        ("guide", "places plan C --minutes 30 --capacity 4", "带班领导、系统管理员"),
        ("editor", "rules set --like b", "带班领导、系统管理员"),
        ("clerk", "knowledge retire x", "知识维护、带班领导、系统管理员"),
        ("editor", "desk 3 open", "窗口人员、导办、带班领导"),
        ("editor", "messages", "窗口人员、导办、带班领导、系统管理员"),
    ],
)
def test_a_command_is_for_who_has_the_role(filled: Run, role: str, command: str, who_may: str) -> None:
    filled("staff", "add", "某人", "--role", role)
    refused = filled(*command.split(), "--as", "某人")
    assert refused.code == 1
    assert refused.err.startswith(f"这件事要{who_may}来做，某人在这个大厅是")


def test_a_role_at_another_hall_is_none_here(filled: Run) -> None:
    filled("staff", "add", "本厅", "--role", "lead", "--hall", "shuangta")
    assert filled("calendar", "set", "2026-12-04", "--closed", "--note", "台风", "--as", "本厅").code == 1
    here = ("calendar", "set", "2026-12-04", "--closed", "--note", "台风", "--hall", "shuangta", "--as", "本厅")
    assert filled(*here).code == 0


def test_sample_staff_are_of_the_demo_only(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("migrate")
    assert "示例管理员" not in run("sample").out
    assert "没有叫“示例管理员”的工作人员" in run("messages", "--as", "示例管理员").err
    monkeypatch.setenv("BANGBAN_DEMO__ON", "true")
    first, again = (re.findall(r"：(示例\w+)，一次性密码 (\w{14})", run("sample").out) for _ in range(2))
    assert [name for name, _ in first] == ["示例窗口", "示例导办", "示例编辑", "示例领导", "示例管理员"]
    assert [name for name, _ in again] == [name for name, _ in first]
    assert set(first).isdisjoint(again)
