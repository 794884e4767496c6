"""`bangban matters`: the hall's own list in and out, agencies, forms; refusals with a sentence and exit 1."""

from pathlib import Path

import pytest

from kit import excel, pdf
from tests.cli.conftest import Run

ELDER = "matters", "show", "elder-card"


@pytest.fixture
def staffed(filled: Run) -> Run:
    filled("staff", "add", "张三", "--role", "lead")
    return filled


def test_matters_are_listed_and_say_that_they_are_not_checked(filled: Run) -> None:
    lines = filled("matters", "list").out.splitlines()
    assert lines[0] == "45个事项，其中45个还是通用值（*），没有照本厅实施清单核对。"
    assert "  * elder-card　老年优待证（敬老证）办理/核验　老年人　区民政局/老龄办" in lines
    assert len(filled("matters", "list", "--theme", "老年人").out.splitlines()) == 2


def test_matter_is_shown_whole_with_what_is_not_entered(filled: Run) -> None:
    out = filled(*ELDER).out
    assert "\n基本编码：没有登记\n" in out
    assert "\n收费依据：没有登记\n" in out
    assert "  · 材料名称身份证，形式原件，份数1，来源渠道没有登记，必要是，可容缺否，可用电子证照是" in out
    assert "  60岁能免费坐公交吗？　还没有写答案" in out


def test_own_list_goes_out_and_comes_back_changed(staffed: Run, tmp_path: Path) -> None:
    assert staffed("matters", "export", "本厅.xlsx").out.startswith(
        "导出了45个事项、12个部门、13件“一件事”到 本厅.xlsx。"
    )
    again = staffed("matters", "import", "本厅.xlsx", "--as", "张三")
    assert (again.code, again.out) == (0, "文件里共70行：没变70行。\n")
    own = {"编号": "elder-card", "基本编码": "示例编码", "承诺时限": "3", "时限单位": "工作日"}
    excel.write(tmp_path / "改.xlsx", {"事项": [own, own | {"编号": "没有的"}]})
    said = staffed("matters", "import", "改.xlsx", "--as", "张三")
    assert said.code == 1
    assert "改动　elder-card　老年优待证（敬老证）办理/核验" in said.out
    assert "没收　事项 第3行（没有的）：“编号”用字母、数字和短横写" in said.out
    assert "\n还是通用值：否\n" in staffed(*ELDER).out


def test_matter_the_hall_does_not_do_is_withdrawn_and_comes_back(staffed: Run) -> None:
    away = ("matters", "withdraw", "elder-card", "--as", "张三")
    assert staffed(*away).out.endswith("指南里不再有了；已经约了的人照常来办。\n")
    lines = staffed("matters", "list").out.splitlines()
    assert lines[0].startswith("44个事项")
    assert "  × elder-card　老年优待证（敬老证）办理/核验　老年人　区民政局/老龄办" in lines
    assert staffed("matters", "export", "a.toml").code == 0
    assert staffed("matters", "import", "a.toml", "--as", "张三").out == "文件里共70行：没变70行。\n"
    assert staffed(*away, "--back").out.endswith("放回来了。\n")
    assert staffed("matters", "list").out.startswith("45个事项")


@pytest.mark.parametrize("words", [("import", "x.toml"), ("attach", "elder-card", "照片", "x.pdf"), ("agency", "tax")])
def test_changes_are_for_staff(filled: Run, words: tuple[str, ...]) -> None:
    refused = filled("matters", *words, "--as", "李四")
    assert (refused.code, refused.err[:12]) == (1, "没有叫“李四”的工作人员")


def test_form_is_put_there_and_taken_away(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "申请表.pdf").write_bytes(pdf.page(["申请表"]))
    said = staffed("matters", "attach", "elder-card", "照片", "申请表.pdf", "--use", "sample", "--as", "张三")
    assert (said.code, said.out[:33]) == (0, "挂好了：申请表.pdf（样表），地址 /api/v1/files/")
    assert "  样表　照片　申请表.pdf　" in staffed(*ELDER).out
    away = ("matters", "detach", "elder-card", "照片", "--use", "sample", "--as", "张三")
    assert staffed(*away).out == "撤下了。\n"
    assert staffed(*away).code == 1


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("show", "none"), "没有找到这个事项"),
        (
            ("attach", "elder-card", "户口簿", "a.txt", "--as", "张三"),
            "事项“老年优待证（敬老证）办理/核验”的材料里没有“户口簿”",
        ),
        (("attach", "elder-card", "-", "a.txt", "--as", "张三"), "文件没有存：只收 PDF"),
        (("attach", "elder-card", "-", "none.pdf", "--as", "张三"), "读不了文件 none.pdf"),
        (("agency", "new", "--phone", "1", "--as", "张三"), "没有存：名称要写"),
        (("agency", "tax", "--hours", "九点", "--as", "张三"), "开放时间写得不对"),
        (("import", "a.txt", "--as", "张三"), "这种文件导入不了"),
        (("list", "--hall", "none"), "没有找到这个大厅"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    staffed: Run, tmp_path: Path, words: tuple[str, ...], complaint: str
) -> None:
    (tmp_path / "a.txt").write_text("不是表")
    refused = staffed("matters", *words)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(complaint)


def test_agency_says_what_is_known_once_it_is_entered(staffed: Run) -> None:
    assert (
        "  health　区卫生健康局　地址：没有登记　电话：没有登记　时间：没有登记" in staffed("matters", "agencies").out
    )
    told = ("--phone", "0421-0000000", "--hours", "09:00-12:00", "--as", "张三")
    said = staffed("matters", "agency", "health", *told).out
    assert said == "存好了：health　区卫生健康局　地址：没有登记　电话：0421-0000000　时间：09:00-12:00\n"
    assert "电话：没有登记" in staffed("matters", "agency", "health", "--phone", "", "--as", "张三").out


def test_life_events_are_listed_in_their_order(filled: Run) -> None:
    out = filled("matters", "events").out
    assert "  open-shop　开一家小店（个体工商户）\n    1 individual-registration　个体工商户设立登记\n" in out
