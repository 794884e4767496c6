"""`bangban calendar`: what is shown, and what staff may change. The day is a workday far enough ahead of whenever this runs."""

from datetime import timedelta
from pathlib import Path

import pytest

from hall.places.calendar import PUBLISHED
from kit import clock
from kit.clock import say_day
from tests.cli.conftest import Run

THIS_YEAR = clock.day_of(clock.now()).year
DAY = clock.day_of(clock.now()) + timedelta(days=7)


@pytest.fixture
def staffed(filled: Run) -> Run:
    filled("staff", "add", "张三", "--role", "lead")
    return filled


def test_year_is_shown_with_its_source_and_what_differs_from_plain_weeks(filled: Run) -> None:
    shown = filled("calendar", "show", "--year", "2026")
    assert shown.code == 0
    lines = shown.out.splitlines()
    assert lines[0] == "双塔区政务服务大厅（示例） 2026年：国务院办公厅公布的安排（chinesecalendar）"
    assert "10月1日、10月2日、10月5日" in lines[1]
    assert lines[2] == "  周末上班：1月4日、2月14日、2月28日、5月9日、9月20日、10月10日"


def test_month_is_shown_a_line_a_day(filled: Run) -> None:
    lines = filled("calendar", "show", "--month", "2026-10").out.splitlines()
    assert len(lines) == 32
    assert lines[1] == "  10月1日（周四） 休息　国庆节"
    assert lines[10] == "  10月10日（周六） 09:00—12:00，13:00—16:30"


def test_unpublished_year_is_said_to_be_so(filled: Run) -> None:
    assert "2099年：还没有公布，也没有录入" in filled("calendar", "show", "--year", "2099").out
    assert "  1月1日（周四） 还没有公布" in filled("calendar", "show", "--month", "2099-01").out


def test_day_is_set_shown_and_unset_again(staffed: Run) -> None:
    set_ = staffed("calendar", "set", str(DAY), "--closed", "--note", "停电检修", "--as", "张三")
    assert (set_.code, set_.err) == (0, "")
    assert set_.out.startswith(f"所有大厅{say_day(DAY)}：全天休息，停电检修。\n双塔区政务服务大厅（示例）的号源：\n")
    shown = staffed("calendar", "show", "--year", str(DAY.year)).out
    assert f"{say_day(DAY)} 全天休息　停电检修（所有大厅，张三 " in shown
    unset = staffed("calendar", "unset", str(DAY), "--as", "张三")
    assert unset.out.startswith(f"所有大厅{say_day(DAY)}：单独的改动撤掉了，回到公布的安排。")
    assert "停电检修" not in staffed("calendar", "show", "--year", str(DAY.year)).out
    assert staffed("calendar", "unset", str(DAY), "--as", "张三").code == 1


def test_hours_of_one_hall_are_set(staffed: Run) -> None:
    how = ("--hours", "09:00-12:00，13:30-15:00", "--hall", "shuangta", "--note", "盘点", "--as", "张三")
    said = staffed("calendar", "set", str(DAY), *how).out
    assert said.startswith(f"大厅 shuangta {say_day(DAY)}：只开09:00—12:00，13:30—15:00，盘点。")


def test_who_leads_one_hall_is_told_to_say_which(staffed: Run) -> None:
    staffed("staff", "add", "赵主任", "--role", "lead", "--hall", "shuangta")
    how = ("calendar", "set", str(DAY), "--closed", "--note", "停电", "--as", "赵主任")
    refused = staffed(*how)
    assert (refused.code, "请加上 --hall shuangta" in refused.err) == (1, True)
    assert staffed(*how, "--hall", "shuangta").code == 0


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--hours", "9点到12点", "--note", "盘点", "--as", "张三"), "开放时间写得不对：要像 09:00-12:00"),
        (("--hours", "12:00-09:00", "--note", "盘点", "--as", "张三"), "开放时间写得不对：要像 09:00-12:00"),
        (("--closed", "--note", "停电", "--as", "李四"), "没有叫“李四”的工作人员"),
        (("--closed", "--note", "停电", "--hall", "nowhere", "--as", "张三"), "没有找到这个大厅"),
        (("--closed", "--note", " ", "--as", "张三"), "请写明原因"),
    ],
)
def test_day_that_makes_no_sense_is_refused_in_one_sentence(
    staffed: Run, words: tuple[str, ...], complaint: str
) -> None:
    refused = staffed("calendar", "set", str(DAY), *words)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(complaint)


def test_a_day_is_either_closed_or_has_hours(staffed: Run) -> None:
    assert staffed("calendar", "set", str(DAY), "--note", "停电", "--as", "张三").code == 2
    assert staffed("calendar", "set", str(DAY), "--closed", "--usual", "--note", "停电", "--as", "张三").code == 2


YEAR_FILE = """
notice = "关于2027年部分节假日安排的通知"
makeup_workdays = [2027-02-20]
[holidays]
"元旦" = [2027-01-01, 2027-01-03]
"春节" = [2027-02-05, 2027-02-12]
"清明节" = 2027-04-05
"劳动节" = [2027-05-01, 2027-05-05]
"端午节" = [2027-06-09]
"中秋节" = 2027-09-15
"国庆节" = [2027-10-01, 2027-10-07]
"""


@pytest.mark.skipif(THIS_YEAR not in (2026, 2027) or PUBLISHED.knows(2027), reason="2027 is known, or past, by now")
def test_year_is_entered_from_a_file(staffed: Run, tmp_path: Path) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(YEAR_FILE)
    entered = staffed("calendar", "enter-year", "2027", str(file), "--as", "张三")
    assert (entered.code, entered.err) == (0, "")
    assert entered.out.startswith("2027年录好了：放假26天，调休上班1天。")
    lines = staffed("calendar", "show", "--year", "2027").out.splitlines()
    assert "张三 " in lines[0] and "照“关于2027年部分节假日安排的通知”录入" in lines[0]
    assert lines[2] == "  周末上班：2月20日"
    assert staffed("calendar", "enter-year", "2027", str(file), "--as", "张三").code == 1
    assert "✓ 放假调休：知道 2027 年的安排（工作人员录入）" in staffed("doctor").out


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (("notice =", "notes ="), "少了 notice"),
        (("2027-02-05, 2027-02-12", "2027-02-12, 2027-02-05"), "假期写头尾两天，先头后尾"),
        (("[2027-06-09]", '"六月九日"'), "六月九日 不是日期"),
        (("makeup_workdays = [", "makeup_workdays = [["), "Unclosed array"),
        (("[2027-06-09]", "[]"), "不是日期"),
    ],
)
def test_file_that_cannot_be_read_is_refused_with_the_form(
    staffed: Run, tmp_path: Path, change: tuple[str, str], complaint: str
) -> None:
    file = tmp_path / "2027.toml"
    file.write_text(YEAR_FILE.replace(*change))
    refused = staffed("calendar", "enter-year", "2027", str(file), "--as", "张三")
    assert (refused.code, refused.out) == (1, "")
    assert complaint in refused.err
    assert "文件要像这样（TOML）" in refused.err


def test_file_that_is_not_there_is_said_so(staffed: Run) -> None:
    refused = staffed("calendar", "enter-year", "2027", "nothing.toml", "--as", "张三")
    assert (refused.code, "nothing.toml 读不了" in refused.err) == (1, True)
