"""`bangban places`: counters, plans, and slots made ahead."""

import re

import pytest

from hall.places.calendar import PUBLISHED
from kit import clock
from tests.cli.conftest import Run


@pytest.fixture
def staffed(filled: Run) -> Run:
    filled("staff", "add", "张三", "--role", "lead")
    return filled


def test_counters_are_listed_with_what_they_serve(filled: Run) -> None:
    lines = filled("places", "counters").out.splitlines()
    assert lines[0] == "双塔区政务服务大厅（示例）：12个窗口"
    assert lines[3] == "  3号　经营许可（示例）　B"


def test_counter_serves_given_matters_only_once_it_is_told(staffed: Run) -> None:
    said = staffed("places", "counter", "4", "--groups", "c", "--matters", "invoice-agency", "--as", "张三")
    assert (said.code, said.out) == (0, "存好了：4号　税务（示例）　C，只办 invoice-agency\n")
    assert "  4号　税务（示例）　C，只办 invoice-agency" in staffed("places", "counters").out.splitlines()


def test_new_counter_is_called_after_its_groups(staffed: Run) -> None:
    said = staffed("places", "counter", "13", "--groups", "AC", "--as", "张三")
    assert said.out == "存好了：13号　企业开办与变更、税务　AC\n"


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("4", "--groups", "Z"), "这个大厅没有业务组“Z”，有的是：A、B、C"),
        (("4", "--groups", "C", "--matters", "company-registration"), "业务组C里没有事项“company-registration”"),
        (("0", "--groups", "C"), "窗口没有存：号码要在1到999之间。"),
    ],
)
def test_counter_for_what_there_is_not_is_refused(staffed: Run, words: tuple[str, ...], complaint: str) -> None:
    refused = staffed("places", "counter", *words, "--as", "张三")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(complaint)


def test_changed_plan_is_followed_at_once(staffed: Run) -> None:
    plan = ("places", "plan", "b", "--minutes", "30", "--capacity", "5", "--reserve", "2")
    assert staffed(*plan, "--as", "李四").code == 1
    said = staffed(*plan, "--as", "张三").out.splitlines()
    assert said[0] == "存好了：B 经营许可，每段30分钟5个号，另留2个由工作人员给。已经约出去的不受影响。"
    if PUBLISHED.next_workdays(clock.day_of(clock.now()), 1):
        assert "新放0个时段" in said[1] and "改了0个" not in said[1]
    assert "  B 经营许可，每段30分钟5个号，另留2个由工作人员给" in staffed("places", "slots").out.splitlines()


def test_slots_made_now_are_said_and_the_end_of_the_calendar_too(staffed: Run) -> None:
    said = staffed("places", "slots", "--days", "300")
    assert said.code == 0
    assert said.out.startswith("双塔区政务服务大厅（示例）：8个业务组定了号源。\n")
    assert "放假安排还没有公布" in said.out


def test_machines_are_set_up_listed_and_retired(filled: Run) -> None:
    filled("staff", "add", "赵主任", "--role", "lead")
    assert filled("places", "devices").out == "还没有登记自助机和评价器。\n"
    kiosk = filled("places", "kiosk", "--as", "赵主任").out
    assert re.search(r"^  /kiosk/shuangta#[\w-]{43}$", kiosk, re.M)
    tablet = filled("places", "tablet", "3", "--as", "赵主任").out
    assert re.search(r"^  /rate/shuangta/3#[\w-]{43}$", tablet, re.M)
    assert (
        filled("places", "tablet", "99", "--as", "赵主任").err == "这个大厅没有99号窗口，评价器没有装，请核对窗口号。\n"
    )
    assert [line[:8] for line in filled("places", "devices").out.splitlines()] == ["第1台　自助机　", "第2台　评价器　"]
    assert filled("places", "retire", "1", "--as", "赵主任").out.startswith("第1台停用了")
    assert filled("places", "retire", "1", "--as", "赵主任").err.startswith("没有第1台设备")
