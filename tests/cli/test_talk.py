"""`bangban ask` leaves nothing behind; `bangban chat` is one citizen talking."""

import json
from datetime import date
from pathlib import Path

import pytest

from bot.messages import Said, Why
from cli.talk import PASSED_ON, as_json, as_text
from tests.cli.conftest import Run

QUESTION = "个体户一个月卖9万要交增值税吗"
CONTRACT_KINDS = {"answer", "suggest", "unknown", "command"}


@pytest.mark.parametrize(
    ("kind", "told"),
    [("answer", "answer"), ("suggest", "suggest"), ("ask_back", "suggest"), ("unknown", "unknown"),
     ("person", "unknown"), ("command", "command")],
)  # fmt: skip
def test_kinds_are_the_four_of_the_contract_with_the_finer_one_beside(kind: str, told: str) -> None:
    why = Why("question", kind, "vat-threshold", "起征点", 0.91234, ("公告2026年第10号",), date(2026, 11, 23))
    assert as_json(Said("不用交", why)) == {
        "kind": told,
        "detail": kind,
        "intent": "question",
        "entry_id": "vat-threshold",
        "question": "起征点",
        "confidence": 0.912,
        "doc_nos": ["公告2026年第10号"],
        "on": "2026-11-23",
        "valid": [None, None],
        "text": "不用交",
    }


def test_answer_for_people_ends_in_where_it_comes_from() -> None:
    why = Why("question", "answer", "vat-threshold", confidence=0.9, doc_nos=("甲号", "乙号"))
    assert as_text(Said("不用交", why)) == "不用交\n\n—— 回答 · 把握 0.90 · vat-threshold · 甲号、乙号"


def test_ask_answers_before_there_is_a_database_and_makes_none(run: Run, tmp_path: Path) -> None:
    told = run("ask", QUESTION, "--on", "2026-11-23", "--json")
    answer = json.loads(told.out)
    assert (told.code, answer["kind"], answer["entry_id"], answer["on"]) == (0, "answer", "vat-threshold", "2026-11-23")
    assert "财政部 税务总局公告2026年第10号" in answer["doc_nos"]
    assert told.err.startswith("（还没有可用的数据库，事项按示例目录回答")
    assert list(tmp_path.iterdir()) == []


def test_ask_tells_the_materials_of_a_matter(filled: Run) -> None:
    told = filled("ask", "食品经营许可证要带什么材料")
    assert (told.code, told.err) == (0, "")
    assert "食品经营许可证核发" in told.out


@pytest.mark.parametrize("text", ["我想下周三上午预约办营业执照", "转人工", "取消预约", "", "你好"])
def test_ask_begins_nothing(filled: Run, text: str) -> None:
    told = filled("ask", text, "--json")
    assert (told.code, json.loads(told.out)["kind"]) == (0, "command")
    assert "您现在没有预约" in filled("chat", stdin="我的预约\n").out


@pytest.mark.parametrize("text", ["𠮷🀄️", "<xml>", "'; DROP TABLE slots; --", "问" * 3000, "１２３", "稅務局在哪裏"])
def test_ask_takes_anything(run: Run, text: str) -> None:
    told = run("ask", text, "--json")
    assert told.code == 0
    assert json.loads(told.out)["kind"] in CONTRACT_KINDS


def test_ask_on_no_real_day_is_wrong_usage(run: Run) -> None:
    told = run("ask", QUESTION, "--on", "2026-13-01")
    assert (told.code, "日期要写成 2026-11-25 这样，现在是“2026-13-01”" in told.err) == (2, True)


def test_chat_greets_answers_and_leaves(filled: Run) -> None:
    talk = filled("chat", stdin=f"{QUESTION}\n\nexit\n这句没有人听\n")
    assert (talk.code, talk.err) == (0, "")
    assert talk.out.startswith("您好，我是帮办")
    assert "起征点" in talk.out
    assert "没看到文字" not in talk.out, "an empty line is no message"


def test_chat_remembers_what_was_said_before(filled: Run) -> None:
    first = filled("chat", stdin="转人工\n")
    again = filled("chat", stdin="我想问社保的事\n")
    assert first.code == again.code == 0
    assert PASSED_ON in again.out or "留好了" in again.out  # in working hours, or after them
