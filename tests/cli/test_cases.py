"""`bangban cases`: a case run from receipt to result as a clerk would, until the web desk is there."""

import re

import pytest

from tests.cli.conftest import Run

MATTER = "food-business-licence"


@pytest.fixture
def staffed(filled: Run) -> Run:
    for name, role in (("王芳", "clerk"), ("赵主任", "lead"), ("孙导办", "guide"), ("李编辑", "editor")):
        assert filled("staff", "add", name, "--role", role).code == 0
    return filled


def test_case_goes_from_receipt_to_result(staffed: Run) -> None:
    """What the clerk hands over, and what the person then reads with number and code."""

    def clerk(*words: str) -> str:
        done = staffed("cases", *words, "--as", "王芳")
        assert done.code == 0, done.err
        return done.out

    receipt = clerk("open", MATTER, "--applicant", "王小明", "--lacking", "2")
    number, code = re.findall(r"办件编号：(ST\d{14})\n查询码：(\w{6})", receipt)[0]
    assert "2 营业执照（复印件（可免，系统核验），1份）还没交" in receipt
    assert "受理后承诺7个工作日、法定10个工作日办完" in receipt
    assert "王小明" not in receipt

    def seen() -> str:
        return staffed("progress", number, "--code", code).out

    clerk("supplement", number, "--missing", "2", "--also", "租房合同")
    assert "要您做的：请把缺的材料一次补齐：营业执照、租房合同。" in seen()
    clerk("take", number, "--only", "2")
    assert "· 营业执照（已收到）\n· 租房合同（还没交）" in seen()
    clerk("take", number)
    notice = clerk("accept", number)
    assert "受理通知" in notice and code not in notice
    clerk("review", number, "--next", "等现场检查")
    stop = ("suspend", number, "--special", "--why", "现场检查", "--days", "5")
    alone = staffed("cases", *stop, "--as", "王芳")
    assert (alone.code, "由另一位带班领导批准" in alone.err) == (1, True)
    clerk(*stop, "--approved-by", "赵主任")
    assert "现在：特别程序" in seen() and "最晚停到" in seen()
    clerk("resume", number)
    clerk("conclude", number, "--result", "准予许可", "--next", "到3号窗口领证。")
    assert "现在：办结——办好了" in seen() and "接下来：到3号窗口领证。" in seen()
    trail = clerk("show", number)
    assert "申请人：王*明" in trail
    assert re.search(r"\d{2}:\d{2}:\d{2} 王芳，赵主任批准：现场检查", trail)
    assert [line.split("：", 1)[1] for line in trail.split("经过：\n")[1].splitlines()][-1] == "准予许可"


def test_case_is_accepted_with_a_promise_and_concluded_when_it_is_kept(staffed: Run) -> None:
    def clerk(*words: str) -> str:
        return staffed("cases", *words, "--as", "王芳").out

    receipt = clerk("open", MATTER, "--lacking", "2")
    number, code = re.findall(r"办件编号：(ST\d{14})\n查询码：(\w{6})", receipt)[0]
    notice = clerk("accept-missing", number, "--days", "20", "--unit", "日", "--why", "主要材料都齐了")
    assert "容缺受理，还要补：营业执照。请在" in notice
    assert "还要您补：营业执照，最晚" in staffed("progress", number, "--code", code).out
    refused = staffed("cases", "conclude", number, "--result", "准予许可", "--as", "王芳")
    assert (refused.code, "还没有交：营业执照" in refused.err) == (1, True)
    clerk("take", number)
    assert "现在：办结" in clerk("conclude", number, "--result", "准予许可")


def test_due_tells_staff_the_gravest_first_and_no_name(staffed: Run) -> None:
    told = staffed("cases", "due", "--as", "孙导办")
    assert told.code == 0
    assert told.out.splitlines()[0].split("　")[1:3] == ["红灯 超过法定", "ST20261015000937"]
    assert "示例申请人" not in told.out


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("due", "--as", "李编辑"), "李编辑在这个大厅是知识维护"),
        (("accept", "ST20261120000157", "--as", "孙导办"), "孙导办在这个大厅是导办"),
        (("accept", "ST20261120000157", "--as", "谁"), "没有叫“谁”的工作人员"),
        (("accept", "ST20261120000199", "--as", "王芳"), "没有查到这个办件"),
        (("accept", "ST20261110000550", "--as", "王芳"), "它已经办完，需要再办请重新收件"),
        (("supplement", "ST20261120000157", "--as", "王芳"), "请把缺的材料一次列全"),
        (("open", "nothing", "--as", "王芳"), "没有找到这个事项"),
        (("open", MATTER, "--ticket", "A999", "--as", "王芳"), "今天没有 A999 这个票号"),
        (("open", MATTER, "--appointment", "Y261125ABCD12", "--as", "王芳"), "没有查到您的这个预约"),
    ],
)
def test_refusals_say_why_and_change_nothing(staffed: Run, words: tuple[str, ...], why: str) -> None:
    refused = staffed("cases", *words)
    assert (refused.code, refused.out) == (1, "")
    assert why in refused.err
