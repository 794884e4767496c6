"""`bangban knowledge import | export | evaluate | calibrate`."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from kit import excel
from tests.cli.conftest import Run

PARKING = """
[[entry]]
id = "parking"
question = "大厅停车要钱吗？"
answer = "不要钱，停车场在大厅东侧。"
variants = '''
停车收费吗
停车场怎么收费
'''
"""
NO_ANSWER = """
[[entry]]
id = "power-bank"
question = "充电宝在哪里借？"
"""
CONTRACT_KEYS = [
    "n_in", "n_out", "top1", "recall3", "mrr3", "answered", "answered_right", "suggested_right", "wrong_answers",
    "refused_right", "coverage_at_95", "auroc", "p50_ms", "p99_ms", "build_s", "rss_mb",
]  # fmt: skip
ENTRIES: list[dict[str, Any]] = [
    {"id": 1, "question": "大厅停车要钱吗", "answer": "不要钱。", "alternates": ["停车收费吗"]},
    {"id": "2", "question": "居住证怎么办", "alternates": []},
    {"id": "3", "question": "公积金怎么提取"},
    {"id": "4", "question": "公积金提取要带什么材料", "valid_to": "2025-12-31"},
]
QUERIES: list[dict[str, Any]] = [
    {"query": "停车收费吗", "faq_id": 1},
    {"query": "居住证怎么办", "faq_id": ["2", "没有的"]},
    {"query": "公积金怎么提取", "faq_id": ["3", "4"]},
    {"query": "月球上怎么种土豆", "faq_id": None},
    {"query": "今天天气好不好", "faq_id": []},
]


@pytest.fixture
def staffed(filled: Run) -> Run:
    """`filled`, with somebody who edits and somebody who reviews."""
    for name, role in (("李编辑", "editor"), ("王审核", "lead")):
        assert filled("staff", "add", name, "--role", role).code == 0
    return filled


def answer(run: Run, text: str) -> tuple[str, str]:
    """(kind, entry id) of what citizens are told."""
    told = json.loads(run("ask", text, "--json").out)
    return told["kind"], told["entry_id"]


def lines(path: Path, rows: list[dict[str, Any]]) -> str:
    path.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n\n" for row in rows), "utf-8")
    return str(path)


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, ...]:
    """The options that name the entries and the queries of this file."""
    entries, queries = lines(tmp_path / "entries.jsonl", ENTRIES), lines(tmp_path / "queries.jsonl", QUERIES)
    return "--entries", entries, "--queries", queries


# ------------------------------------------------------------------------------------------------ files


def test_toml_with_one_bad_row_is_reported_and_the_good_row_answers(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(PARKING + NO_ANSWER, "utf-8")
    assert answer(staffed, "大厅停车收费吗")[0] == "unknown"
    report = staffed("knowledge", "import", "new.toml", "--as", "李编辑")
    assert (report.code, report.err) == (1, "")
    assert report.out.splitlines() == [
        "文件里共2条：新增1条，未导入1条。",
        "未导入：[[entry]] 第2个（power-bank）：没有答案：请写答案，或写分段口径，或写明是哪个事项",
    ]
    assert answer(staffed, "大厅停车收费吗") == ("answer", "parking")
    assert "停车场在大厅东侧" in staffed("ask", "停车场怎么收费").out
    assert answer(staffed, "充电宝在哪里借")[1] != "power-bank"


def test_spreadsheet_with_one_bad_row_is_reported_and_the_good_row_answers(staffed: Run, tmp_path: Path) -> None:
    rows = [
        {"编号": "parking", "标准问": "大厅停车要钱吗？", "答案": "不要钱，停车场在大厅东侧。", "相似问": "停车收费吗"},
        {"编号": "power-bank", "标准问": "充电宝在哪里借？", "起": "三月"},
    ]
    excel.write(tmp_path / "new.xlsx", {"知识条目": rows})
    report = staffed("knowledge", "import", "new.xlsx", "--as", "李编辑")
    summary, refused = report.out.splitlines()
    assert (report.code, summary) == (1, "文件里共2条：新增1条，未导入1条。")
    assert refused.startswith("未导入：知识条目 第3行（power-bank）：")
    assert "日期“三月”不对" in refused
    assert answer(staffed, "大厅停车收费吗") == ("answer", "parking")


def test_import_adds_to_what_is_shipped(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(PARKING, "utf-8")
    assert staffed("knowledge", "import", "new.toml", "--as", "李编辑").code == 0
    assert answer(staffed, "新能源车要交购置税吗") == ("answer", "nev-purchase-tax")


def test_import_as_draft_answers_nobody_yet(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(PARKING, "utf-8")
    report = staffed("knowledge", "import", "new.toml", "--draft", "--as", "李编辑")
    assert (report.code, report.out) == (0, "文件里共1条：存成草稿1条。\n")
    assert answer(staffed, "大厅停车收费吗")[0] == "unknown"


def test_import_is_told_under_the_name_it_was_done_in(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(PARKING, "utf-8")
    staffed("knowledge", "import", "new.toml", "--as", "李编辑")
    told = staffed("knowledge", "history", "parking").out.splitlines()
    assert [line.split("　", 1)[1] for line in told] == [f"李编辑　{act}　第1版" for act in ("起草", "审核", "发布")]


def test_import_as_somebody_unknown_is_refused(staffed: Run, tmp_path: Path) -> None:
    (tmp_path / "new.toml").write_text(PARKING, "utf-8")
    refused = staffed("knowledge", "import", "new.toml", "--as", "没人")
    assert (refused.code, "没有叫“没人”的工作人员" in refused.err) == (1, True)
    assert answer(staffed, "大厅停车收费吗")[0] == "unknown"


@pytest.mark.parametrize("name", ["all.toml", "all.xlsx"])
def test_what_is_exported_and_imported_again_changes_nothing(staffed: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "new.toml").write_text(PARKING, "utf-8")
    staffed("knowledge", "import", "new.toml", "--as", "李编辑")
    exported = staffed("knowledge", "export", name)
    count = int(exported.out.removeprefix("导出了").partition("条")[0])
    assert (exported.code, count > 400) == (0, True)
    again = staffed("knowledge", "import", name, "--as", "王审核")
    assert (again.code, again.out) == (0, f"文件里共{count}条：没有变化{count}条。\n")
    assert "王审核" not in staffed("knowledge", "history", "parking").out


def test_file_that_is_not_there_is_refused_with_what_could_be_imported(filled: Run) -> None:
    refused = filled("knowledge", "import", "nowhere.toml")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("找不到或者打不开文件“nowhere.toml”。可以导入的是：")


def test_export_to_an_unknown_kind_of_file_is_refused(filled: Run, tmp_path: Path) -> None:
    refused = filled("knowledge", "export", "all.docx")
    assert (refused.code, "这种文件导出不了" in refused.err) == (1, True)
    assert not (tmp_path / "all.docx").exists()


# ------------------------------------------------------------------------------------------------ measuring


def test_evaluate_prints_the_figures_of_the_contract(run: Run, files: tuple[str, ...], tmp_path: Path) -> None:
    told = run("knowledge", "evaluate", *files, "--json")
    figures = json.loads(told.out)
    assert (told.code, told.err) == (0, "")
    assert sorted(figures) == sorted([*CONTRACT_KEYS, "right_answers"])
    assert (figures["n_in"], figures["n_out"]) == (3, 2)
    assert (figures["top1"], figures["recall3"], figures["mrr3"]) == (1, 1, 1)
    assert (figures["answered_right"], figures["right_answers"], figures["wrong_answers"]) == (1, 1, 0)
    assert (figures["answered"], figures["refused_right"], figures["coverage_at_95"]) == (0.6, 1, 1)
    assert not (tmp_path / "var").exists(), "measuring two files needs no database"


def test_evaluate_for_people_says_every_figure_in_words(run: Run, files: tuple[str, ...]) -> None:
    told = run("knowledge", "evaluate", *files).out
    assert told.startswith("3问在范围内，2问在范围外。\n第一条就对（范围内）：1\n")
    assert "范围外没有乱答的：1\n" in told


def test_evaluate_on_a_day_leaves_out_what_is_not_valid_then(run: Run, tmp_path: Path) -> None:
    asked = lines(tmp_path / "q.jsonl", [{"query": "公积金提取要带什么材料", "faq_id": "4"}])
    files = ("--entries", lines(tmp_path / "e.jsonl", ENTRIES), "--queries", asked)
    hits = {
        on: json.loads(run("knowledge", "evaluate", *files, "--on", on, "--json").out)["top1"]
        for on in ("2025-12-31", "2026-01-01")
    }
    assert hits == {"2025-12-31": 1, "2026-01-01": 0}


@pytest.mark.parametrize("verb", ["evaluate", "calibrate"])
@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('{"query": "停车收费吗", ', "不是 JSON"),
        ("停车收费吗", "不是 JSON"),
        ('{"query": "停车收费吗"}', "缺 faq_id"),
        ('["停车收费吗", "1"]', "缺 query、faq_id"),
    ],
)
def test_broken_line_is_refused_with_its_place(
    run: Run, files: tuple[str, ...], tmp_path: Path, verb: str, line: str, why: str
) -> None:
    with (tmp_path / "queries.jsonl").open("a") as file:
        file.write(line)
    refused = run("knowledge", verb, *files)
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith(f"queries.jsonl 第{2 * len(QUERIES) + 1}行看不懂：{why}。要一行一个 JSON，比如 ")


def test_broken_line_of_the_entries_is_refused_with_its_place(run: Run, files: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "entries.jsonl").write_text('{"id": "1", "question": "大厅停车要钱吗"}\n{"id": "2"}\n', "utf-8")
    refused = run("knowledge", "evaluate", *files)
    assert (refused.code, refused.err.startswith("entries.jsonl 第2行看不懂：缺 question。")) == (1, True)


@pytest.mark.parametrize("query", ['{"query": 5, "faq_id": "1"}', '{"query": null, "faq_id": null}'])
def test_query_that_is_no_text_is_refused_with_its_place(
    run: Run, files: tuple[str, ...], tmp_path: Path, query: str
) -> None:
    (tmp_path / "queries.jsonl").write_text(query, "utf-8")
    refused = run("knowledge", "evaluate", *files)
    assert (refused.code, refused.err.startswith("queries.jsonl 第1行看不懂：")) == (1, True)


@pytest.mark.parametrize("separator", ["\u2028", "\u0085", "\x7f"])
def test_line_separators_inside_a_text_end_no_line(
    run: Run, files: tuple[str, ...], tmp_path: Path, separator: str
) -> None:
    """JSON allows them raw in a string, and texts copied from web pages have them."""
    (tmp_path / "queries.jsonl").write_text(f'{{"query": "停车{separator}收费吗", "faq_id": "1"}}\n', "utf-8")
    told = run("knowledge", "evaluate", *files, "--json")
    assert (told.code, told.err) == (0, "")


def test_file_as_windows_saves_it_is_read(run: Run, files: tuple[str, ...], tmp_path: Path) -> None:
    written = (tmp_path / "queries.jsonl").read_text("utf-8")
    (tmp_path / "queries.jsonl").write_bytes(written.replace("\n", "\r\n").encode("utf-8-sig"))
    told = run("knowledge", "evaluate", *files, "--json")
    assert (told.code, told.err) == (0, "")


def test_queries_that_are_not_there_are_refused_with_their_name(run: Run) -> None:
    refused = run("knowledge", "evaluate", "--entries", "nowhere.jsonl", "--queries", "nowhere.jsonl")
    assert (refused.code, refused.out) == (1, "")
    assert "nowhere.jsonl" in refused.err


def test_calibrate_says_what_to_expect_and_that_few_questions_are_not_enough(run: Run, files: tuple[str, ...]) -> None:
    told = run("knowledge", "calibrate", *files)
    assert (told.code, told.err) == (0, "")
    advice, expected, share, enough = told.out.splitlines()
    assert re.fullmatch(r"建议 answer_at = \d\.\d{3}，suggest_at = \d\.\d{3}（现在是 .*）。", advice)
    assert expected == "照这样，直接回答的准确率在这批问题上是 100.0%，换一批问题大约不低于 43.8%；"
    assert share.startswith("范围内的 100.0% 能直接答对")
    assert enough == "只有5问，不够准：至少要200问，其中15%是答不了的。"


def test_calibrate_for_programs_says_the_same(run: Run, files: tuple[str, ...]) -> None:
    told = json.loads(run("knowledge", "calibrate", *files, "--json").out)
    assert (told["questions"], told["is_enough"]) == (5, False)
    assert 0 < told["suggest_at"] <= told["answer_at"] <= 1
    assert (told["precision"], told["least_precision"]) == (1, pytest.approx(0.4385, abs=0.001))


def test_evaluate_measures_what_is_live_when_no_entries_are_given(filled: Run, tmp_path: Path) -> None:
    asked: list[dict[str, Any]] = [
        {"query": "新能源车要交购置税吗", "faq_id": "nev-purchase-tax"},
        {"query": "月球上怎么种土豆", "faq_id": None},
    ]
    told = filled("knowledge", "evaluate", "--queries", lines(tmp_path / "q.jsonl", asked), "--json")
    assert (told.code, json.loads(told.out)["top1"]) == (0, 1)
