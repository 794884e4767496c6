"""Reading WeChat's XML strictly, and text that stays inside its CDATA."""

import contextlib
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.wechat_xml import DEPTH, Malformed, _flat, _strict, cdata, parse


def test_fields_are_read_as_stripped_text() -> None:
    xml = "<xml><A><![CDATA[ 你好 <b> ]]></A><B> 1 </B><C/><D></D></xml>"
    assert parse(xml) == {"A": "你好 <b>", "B": "1", "C": "", "D": ""}


def test_nested_and_repeated_fields_keep_their_shape() -> None:
    xml = "<xml><S><Count>2</Count><L><item><P>1</P></item><item><P>2</P></item><item><P>3</P></item></L></S></xml>"
    assert parse(xml) == {"S": {"Count": "2", "L": {"item": [{"P": "1"}, {"P": "2"}, {"P": "3"}]}}}


def test_text_in_several_pieces_is_one() -> None:
    assert parse("<xml><A>a<![CDATA[b]]]]><![CDATA[>c]]>&amp;d</A></xml>") == {"A": "ab]]>c&d"}


def test_declaration_and_space_around_are_allowed() -> None:
    assert parse('\n<?xml version="1.0" encoding="UTF-8"?>\n<xml><A>你</A></xml>\n'.strip()) == {"A": "你"}


@pytest.mark.parametrize(
    "xml",
    [
        "",
        " ",
        "text",
        "<xml>",
        "<xml/>",
        "<xml>text</xml>",
        "<other><A>1</A></other>",
        "<xml><A>1</A></xml><xml><A>1</A></xml>",
        "<xml><A>&nope;</A></xml>",
        "<xml><A>\x01</A></xml>",
        "<xml><A>\ud800</A></xml>",
        "<!DOCTYPE xml><xml><A>1</A></xml>",
        '<!DOCTYPE xml SYSTEM "http://127.0.0.1/x"><xml><A>1</A></xml>',
        '<!DOCTYPE x [<!ENTITY a "1">]><xml><A>&a;</A></xml>',
        '<!DOCTYPE x [<!ENTITY % p SYSTEM "file:///etc/passwd">%p;]><xml><A>1</A></xml>',
        "<xml>" + "<a>" * DEPTH + "</a>" * DEPTH + "</xml>",
    ],
)
def test_anything_else_is_malformed(xml: str) -> None:
    with pytest.raises(Malformed):
        parse(xml)


def test_nesting_up_to_the_limit_is_read() -> None:
    assert list(parse("<xml>" + "<a>" * (DEPTH - 1) + "</a>" * (DEPTH - 1) + "</xml>")) == ["a"]


def test_billion_laughs_cost_nothing() -> None:
    laughs = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
    began = time.monotonic()
    with pytest.raises(Malformed):
        parse(f'<!DOCTYPE x [<!ENTITY l0 "ha">{laughs}]><xml><A>&l9;</A></xml>')
    assert time.monotonic() - began < 0.1


PIECES = [
    "<A>",
    "</A>",
    "<B>",
    "</B>",
    "<A/>",
    "<![CDATA[",
    "]]>",
    "]",
    "&amp;",
    "&",
    "<",
    " ",
    "\n",
    "\r",
    "你",
    "x\x01",
    "-",
]


@given(st.lists(st.sampled_from(PIECES) | st.characters()).map("".join))
def test_quick_reading_is_the_strict_one_or_none(inside: str) -> None:
    xml = f"<xml>{inside}</xml>"
    quick = _flat(xml)
    if quick:
        assert quick == _strict(xml)


@given(st.dictionaries(st.sampled_from("ABCDE"), st.text(), min_size=1))
def test_ordinary_messages_are_read_alike_both_ways(fields: dict[str, str]) -> None:
    xml = "<xml>" + "".join(f"<{k}><![CDATA[{cdata(v)}]]></{k}>" for k, v in fields.items()) + "</xml>"
    assert parse(xml) == _strict(xml)


@given(st.text())
def test_parse_reads_or_says_malformed(xml: str) -> None:
    with contextlib.suppress(Malformed):
        assert isinstance(parse(xml), dict)


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")))
def test_cdata_carries_any_text_there_and_back(text: str) -> None:
    assert parse(f"<xml><A><![CDATA[{cdata(text)}]]></A><B/></xml>")["A"] == text.strip()


@given(st.text())
def test_cdata_of_anything_is_well_formed(text: str) -> None:
    assert set(parse(f"<xml><A><![CDATA[{cdata(text)}]]></A><B>1</B></xml>")) == {"A", "B"}
