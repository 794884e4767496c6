"""`bangban staff add`."""

import re

from tests.cli.conftest import Run


def test_staff_get_a_password_that_is_shown_once(fresh: Run) -> None:
    fresh("migrate")
    added = fresh("staff", "add", " 张三 ", "--role", "clerk")
    assert added.code == 0
    assert re.fullmatch(
        r"已添加 张三（clerk）。\n一次性密码：[A-Za-z0-9]{14}\n只显示这一次，请当面告诉本人。\n", added.out
    )


def test_staff_of_the_same_name_is_refused(filled: Run) -> None:
    filled("staff", "add", "张三", "--role", "clerk")
    again = filled("staff", "add", "张三", "--role", "lead")
    assert (again.code, again.out) == (1, "")
    assert again.err == "已经有叫“张三”的工作人员了，请换一个名字，比如加上科室。\n"


def test_staff_of_no_known_role_is_refused(filled: Run) -> None:
    refused = filled("staff", "add", "李四", "--role", "boss")
    assert (refused.code, refused.err) == (1, "没有“boss”这个角色，可选的有：clerk、guide、editor、lead、admin。\n")
