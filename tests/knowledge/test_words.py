"""Normalisation: what people type and what is compared."""

from pathlib import Path

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.reading import load_words
from knowledge.words import Words


@pytest.fixture(scope="module")
def words(tmp_path_factory: pytest.TempPathFactory) -> Words:
    folder: Path = tmp_path_factory.mktemp("jieba")
    return load_words(folder)


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("您好，请问留抵退税咋办？", "留抵退税怎么办"),
        ("留底退稅怎麼申請", "留抵退税怎么申请"),
        ("曾值税起增点是多少呀", "增值税起征点是多少"),
        ("１２３６６", "12366"),
        ("３％减按１％", "3%减按1%"),
        ("小归模开几个点", "小规模开几%"),
        ("契睡多钱", "契税多少钱"),
        ("啥时候报税", "什么时候报税"),
        ("2.0升以下", "2.0升以下"),
        ("十万以下免不免", "10万以下免"),
        ("卖了五十万", "卖了五十万"),
        ("", ""),
        ("？？！！", ""),
        ("😀😀", ""),
        ("您好", ""),
    ],
)
def test_questions_are_brought_to_one_form(words: Words, typed: str, normal: str) -> None:
    assert words.normalise(typed) == normal


def test_a_slip_that_is_itself_a_word_is_left_alone(words: Words) -> None:
    assert words.tokenizer.FREQ.get("法票") in (None, 0)
    assert words.mend("法票") == "发票"
    for wrong, _ in words.typos:
        if words.tokenizer.FREQ.get(wrong):
            assert words.mend(wrong) == wrong


def test_terms_are_words_of_ours_and_not_of_the_whole_process(words: Words) -> None:
    assert "留抵退税" in words.cut("我要留抵退税")
    assert jieba.dt is not words.tokenizer
    assert not jieba.dt.FREQ.get("留抵退税")


@given(st.text(max_size=80))
def test_normalising_twice_changes_nothing_it_should_not(words: Words, text: str) -> None:
    once = words.normalise(text)
    assert "？" not in once
    assert once == once.lower()
