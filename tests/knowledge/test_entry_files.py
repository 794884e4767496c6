"""Files of entries and policies: the same comes back that went out, and a bad row stops nobody but itself."""

from pathlib import Path

import openpyxl
import pytest

from kit import excel
from knowledge.columns import OF_ENTRY, OF_POLICY, OF_STAGE
from knowledge.content import ENTRY, POLICY, STAGE, Content, tidy
from knowledge.exchange import Item, NotReadable, read_file, write_file
from tests.knowledge.file_builders import (
    CATEGORIES,
    FILES,
    PARKING,
    POLICY_ROW,
    in_sheets,
    in_toml,
    reasons,
    shipped,
    taken,
)

STATES = ("", "draft", "reviewed", "published", "retired")
NASTY = '引号"和\\反斜杠\\n、三个"""引号"""\n第二行\t有制表符\x7f，😀，结尾"'


def test_every_field_has_a_column() -> None:
    assert {column.field for column in OF_ENTRY} | {"stages"} == ENTRY
    assert {column.field for column in OF_STAGE} == STAGE
    assert {column.field for column in OF_POLICY} >= POLICY
    for columns in (OF_ENTRY, OF_STAGE, OF_POLICY):
        assert len({column.header for column in columns}) == len(columns)


def test_what_we_ship_is_read_without_a_refusal() -> None:
    assert [(k, i, c) for path in FILES for k, i, _, c in taken(read_file(path))] == shipped()


@pytest.mark.parametrize("name", ["全部.xlsx", "全部.toml"])
def test_what_we_ship_comes_back_the_same(tmp_path: Path, name: str) -> None:
    every: list[Item] = [(k, i, STATES[n % 5], c) for n, (k, i, c) in enumerate(shipped())]
    write_file(tmp_path / name, every)
    found = taken(read_file(tmp_path / name))
    assert sorted(found, key=lambda item: item[:2]) == sorted(every, key=lambda item: item[:2])
    assert len(found) > 400


@pytest.mark.parametrize("name", ["难.xlsx", "难.toml"])
def test_every_field_comes_back_whatever_is_written_in_it(tmp_path: Path, name: str) -> None:
    stage = {
        "policies": ["p-1", "p-2"],
        "from": "2026-01-01",
        "to": "2026-12-31",
        "conclusion": NASTY,
        "conditions": ["=1+1", "乙"],
    }
    entry: Content = {column.field: NASTY for column in OF_ENTRY if column.shape.fits("")} | {
        "question": "=1+1 等于几？",
        "variants": ['+1"""', "-1\\", "@一"],
        "taxpayers": list(CATEGORIES),
        "valid_from": "2026-01-01",
        "valid_to": "2026-12-31",
        "need": [["甲", "乙"], ["丙"]],
        "avoid": ["丁"],
        "known_by": ["俗称"],
        "history": ["p-1"],
        "gone_policies": ["p-2"],
        "compares": "sales",
        "person": True,
        "stages": [stage, stage | {"how": NASTY, "note": "注", "brief": "短"}],
    }
    del entry["answer"]
    write_file(tmp_path / name, [("entry", "难-1", "draft", tidy(entry))])
    assert taken(read_file(tmp_path / name)) == [("entry", "难-1", "draft", tidy(entry))]


def test_toml_is_written_as_people_write_it(tmp_path: Path) -> None:
    stage = {"policies": ["p-1"], "from": "2026-01-01", "conclusion": "免。"}
    content = {
        "question": "免税吗？",
        "variants": ["免不免", "要交吗"],
        "person": True,
        "need": [["免"]],
        "stages": [stage],
    }
    write_file(tmp_path / "a.toml", [("entry", "a-1", "", content)])
    assert (tmp_path / "a.toml").read_text("utf-8") == (
        '[[entry]]\nid = "a-1"\nquestion = "免税吗？"\nvariants = """\n免不免\n要交吗\n"""\nperson = true\nneed = [["免"]]\n'
        '[[entry.stage]]\npolicies = ["p-1"]\nfrom = 2026-01-01\nconclusion = "免。"\n'
    )


def test_an_empty_export_is_a_form_to_fill_in(tmp_path: Path) -> None:
    write_file(tmp_path / "空.xlsx", [])
    assert read_file(tmp_path / "空.xlsx") == []
    sheets = excel.read(tmp_path / "空.xlsx")
    assert list(sheets) == ["知识条目", "分期口径", "政策", "说明"]
    explained = {(row.cells["表"], row.cells["栏"]) for row in sheets["说明"] if row.cells["怎么填"]}
    assert {("知识条目", "必含词"), ("分期口径", "编号"), ("政策", "时效"), ("知识条目", "状态")} <= explained
    assert len(explained) == len(OF_ENTRY) + len(OF_STAGE) + len(OF_POLICY) + 5


def test_exported_text_never_becomes_a_formula(tmp_path: Path) -> None:
    content = {"question": "=cmd|'/c calc'!A1", "answer": "+86 421 12345", "variants": ["@SUM(A1)"]}
    write_file(tmp_path / "a.xlsx", [("entry", "a-1", "", content)])
    cells = openpyxl.load_workbook(tmp_path / "a.xlsx")["知识条目"][2]
    assert {cell.data_type for cell in cells if cell.value} == {"s"}
    assert taken(read_file(tmp_path / "a.xlsx")) == [("entry", "a-1", "", content)]


@pytest.mark.parametrize(
    ("said", "day"), [("2026/1/31", "2026-01-31"), ("2026年1月31日", "2026-01-31"), ("2026.01.31", "2026-01-31")]
)
def test_days_are_read_as_people_write_them(tmp_path: Path, said: str, day: str) -> None:
    [(_, _, _, content)] = taken(in_sheets(tmp_path, 知识条目=[PARKING | {"止": said}]))
    assert content["valid_to"] == day


@pytest.mark.parametrize(
    ("said", "keys"),
    [
        ("个体工商户、增值税小规模纳税人", ["individual_business", "small_scale_vat"]),
        ("小型微利企业，sme", ["small_low_profit", "sme"]),
        ("集成电路企业、工业母机企业、农业生产者、农民专业合作社、农产品经营者", ["ic_machine_tool", "farmer"]),
        (CATEGORIES["small_low_profit"] + "\n小型企业", ["small_low_profit", "small"]),
    ],
)
def test_taxpayers_are_read_by_their_chinese_names(tmp_path: Path, said: str, keys: list[str]) -> None:
    [(_, _, _, content)] = taken(in_sheets(tmp_path, 知识条目=[PARKING | {"适用主体": said}]))
    assert content["taxpayers"] == keys


def test_row_without_an_id_is_given_the_same_one_each_time(tmp_path: Path) -> None:
    [(kind, first, state, _)] = taken(in_sheets(tmp_path, Sheet1=[PARKING | {"状态": "已发布"}]))
    [(_, again, _, _)] = taken(
        in_toml(tmp_path, f'[[topic]]\nquestion = "{PARKING["标准问"]}"\nsay = "不要钱"\nvariants = ""')
    )
    assert (kind, first, state) == ("entry", again, "published")
    assert first.startswith("x-") and len(first) == 10


def test_stages_find_their_entry_by_id_or_by_question(tmp_path: Path) -> None:
    stages = [
        {"编号": "a-1", "依据": "p-1、p-2", "结论": "免。", "条件": "一\n二"},
        {"编号": "房子怎么交税？", "依据": "p-3", "结论": "交。"},
        {"编号": "a-1", "依据": "p-2", "起": "2027/1/1", "结论": "不免。"},
        {"编号": "没有的", "依据": "p-3", "结论": "交。"},
        {"编号": "", "依据": "p-3", "结论": "交。"},
    ]
    offered = in_sheets(
        tmp_path, 知识条目=[{"编号": "a-1", "标准问": "免税吗？"}, {"标准问": "房子怎么交税？"}], 分期口径=stages
    )
    assert [each.content and each.content["stages"] for each in offered[:2]] == [
        [
            {"policies": ["p-1", "p-2"], "conclusion": "免。", "conditions": ["一", "二"]},
            {"policies": ["p-2"], "from": "2027-01-01", "conclusion": "不免。"},
        ],
        [{"policies": ["p-3"], "conclusion": "交。"}],
    ]
    assert reasons(offered) == [
        ("分期口径 第5行", ("“知识条目”表里没有编号或标准问是“没有的”的条目",)),
        ("分期口径 第6行", ("没有写编号，不知道是哪一条的",)),
    ]


def test_bad_row_of_a_sheet_says_why_in_the_words_of_the_sheet(tmp_path: Path) -> None:
    bad = [
        {"标准问": ""},
        {"止": "下个月"},
        {"是否转人工": "也许"},
        {"适用主体": "个体工商户、外星人"},
        {"状态": "快好了"},
        {"答岸": "写错了栏名"},
        {"编号": "a b"},
    ]
    offered = in_sheets(
        tmp_path,
        知识条目=[PARKING | row for row in bad] + [PARKING | {"编号": "好-1"}, PARKING | {"编号": "好-1"}],
        政策=[POLICY_ROW | {"时效": "有效吧"}, POLICY_ROW | {"编号": "p-2", "发文机关": ""}],
    )
    assert [each.id for each in offered if each.content] == ["好-1"]
    assert [(where, why[0].split("，可选")[0]) for where, why in reasons(offered)] == [
        ("知识条目 第2行", "标准问是空的，请写一句完整的问题"),
        ("知识条目 第3行", "日期“下个月”不对，要写成 2026-01-31 这样"),
        ("知识条目 第4行", "“是否转人工”：“也许”看不懂，请填“是”，或者空着"),
        ("知识条目 第5行", "“适用主体”：“外星人”不认识"),
        ("知识条目 第6行", "状态“快好了”不认识"),
        ("知识条目 第7行", "没有“答岸”这一栏，请检查拼写"),
        ("知识条目 第8行", "编号“a b”不能用：请用字母、数字和短横，中间不留空，96个字以内"),
        ("知识条目 第10行", "编号“好-1”在这个文件里已经有了（知识条目 第9行），请换一个编号，或者删掉一条"),
        ("政策 第2行", "时效“有效吧”不认识"),
        ("政策 第3行", "政策缺“发文机关”这一栏"),
    ]
    assert "现行有效" in next(each for each in offered if each.where == "政策 第2行").reasons[0]


@pytest.mark.parametrize(
    "row",
    [
        "variants = 3",
        "question = 5",
        "need = 5",
        'need = ["甲"]',
        'stage = "甲"',
        "stage = [1]",
        'stage = [{policies = "p-1"}]',
        "stage = [{policies = 5}]",
        'stage = [{policies = ["p-1"], from = 12:00:00}]',
        "valid_from = 2026-01-01T00:00:00",
        "answer = [1]",
        "person = 1",
        "id = [1, 2]",
        "nonsense = 5",
    ],
)
def test_bad_row_of_toml_refuses_only_itself(tmp_path: Path, row: str) -> None:
    said = "" if row.startswith("answer") or row.startswith("stage") else 'answer = "乙"\n'
    asked = "" if row.startswith("question") else 'question = "甲？"\n'
    offered = in_toml(
        tmp_path, f'[[entry]]\n{asked}{said}{row}\n[[entry]]\nid = "a-1"\nquestion = "乙？"\nanswer = "丙"'
    )
    assert [(each.where, each.content is None) for each in offered] == [
        ("[[entry]] 第1个", True),
        ("[[entry]] 第2个", False),
    ]
    assert offered[0].reasons


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.csv", b"a,b", "这种文件导入不了"),
        ("a.toml", b'[meta]\na = 1\n[[matter]]\nid = "a"', "没有 [[entry]]"),
        ("a.toml", b'[[entry]]\nid = "a"\nquestion = "b\n', "在第3行"),
        ("a.toml", "[[entry]]\nid = '甲'".encode("gbk"), "不是 UTF-8"),
        ("b.toml", None, "找不到"),
    ],
)
def test_other_files_are_refused_with_what_is_accepted(
    tmp_path: Path, name: str, content: bytes | None, why: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(NotReadable) as refusal:
        read_file(tmp_path / name)
    assert why in refusal.value.message
    assert "可以导入的是：Excel 表格" in refusal.value.message


def test_sheets_of_something_else_are_refused(tmp_path: Path) -> None:
    with pytest.raises(NotReadable, match="没有“知识条目”表"):
        in_sheets(tmp_path, 名单=[{"姓名": "王小明"}])
    with pytest.raises(NotReadable):
        write_file(tmp_path / "a.csv", [])


def test_entry_and_policy_may_share_an_id(tmp_path: Path) -> None:
    """An entry and a policy may share an id; two entries may not."""
    rows: list[dict[str, str]] = [PARKING | {"编号": "p-1"}]
    assert reasons(in_sheets(tmp_path, 知识条目=rows, 政策=[POLICY_ROW])) == []
