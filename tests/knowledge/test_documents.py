"""Document numbers, always with their issuer."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import policies as book
from knowledge.documents import find_by_doc_no, in_digits, read_citations

POLICIES = book.load()


def numbers(text: str, year: int | None = None) -> tuple[str, ...]:
    return tuple(number for cited in find_by_doc_no(POLICIES, text, year) for number in cited.doc_nos)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("财政部 税务总局公告2022年第17号", ("财政部 税务总局公告2022年第17号",)),
        ("财政部税务总局公告2022年17号", ("财政部 税务总局公告2022年第17号",)),
        ("国家税务总局 财政部公告2022年第17号", ("国家税务总局 财政部公告2022年第17号",)),
        ("税总2022年17号公告", ("国家税务总局 财政部公告2022年第17号",)),
        ("2022年第17号", ("财政部 税务总局公告2022年第17号", "国家税务总局 财政部公告2022年第17号")),
        ("国家税务总局公告2023年第1号", ("国家税务总局公告2023年第1号",)),
        ("财税公告2023年第1号", ("财政部 税务总局公告2023年第1号",)),
        ("国家税务总局公告2023年第12号", ("国家税务总局公告2023年第12号",)),
        ("财政部 税务总局公告2023年第12号", ("财政部 税务总局公告2023年第12号",)),
        ("国发〔2022〕8号", ("国发〔2022〕8号",)),
        ("国发(2023)13号", ("国发〔2023〕13号",)),
        ("财税[2016]52号", ("财税〔2016〕52号",)),
        ("人社部发〔2022〕31号", ("人社部发〔2022〕31号",)),
        ("财政部公告2023年第8号", ("财政部公告2023年第8号",)),
        ("国务院令第826号", ("国务院令第826号",)),
        ("23年19号文", ("财政部 税务总局公告2023年第19号",)),
        ("税务局官网没标2023年19号废止", ("财政部 税务总局公告2023年第19号",)),
        ("税务总局网站上2022年第15号", ("财政部 税务总局公告2022年第15号",)),
        ("国家税务总局公告2026年第10号", ()),
        ("国家税务总局公告2023年第19号", ()),
        ("2019年第999号", ()),
        ("去3号窗口", ()),
        ("A012号", ()),
        ("12月5号", ()),
    ],
)
def test_numbers_fit_the_documents_of_their_issuer(text: str, expected: tuple[str, ...]) -> None:
    assert numbers(text) == expected


def test_a_number_without_year_takes_the_year_spoken_of() -> None:
    assert numbers("财税19号公告", 2023) == ("财政部 税务总局公告2023年第19号",)
    assert numbers("19号公告") == ()


@pytest.mark.parametrize(
    ("said", "digits"),
    [("十九号文", "19号文"), ("十号公告", "10号公告"), ("第二十一号公告", "21号公告"), ("去三号窗口", "去三号窗口")],
)
def test_spoken_numbers_of_documents_are_read(said: str, digits: str) -> None:
    assert in_digits(said) == digits


@pytest.mark.parametrize("policy", [p for p in POLICIES.by_id.values() if p.doc_no], ids=lambda p: p.id)
def test_every_number_as_printed_finds_its_own_document_only(policy: book.Policy) -> None:
    assert set(numbers(policy.doc_no)) == {policy.doc_no}


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_citations(text)
