"""Sums of sales as people say them, and the threshold of each day."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.sales import Sales, Span, compare, read_sales, say_yuan, threshold_on


@pytest.mark.parametrize(
    ("text", "yuan", "span"),
    [
        ("一个月卖9万", "90000", "month"),
        ("一个月卖九万", "90000", "month"),
        ("月销售额10w", "100000", "month"),
        ("正好10万一个月收入", "100000", "month"),
        ("一个月卖12万3", "123000", "month"),
        ("每月流水十万五", "105000", "month"),
        ("这个月开票9.8万", "98000", "month"),
        ("上个月收入三十五万块", "350000", "month"),
        ("月收入9千块", "9000", "month"),
        ("一个月做了99999元的生意", "99999", "month"),
        ("一个月收入两万半", "25000", "month"),
        ("一个季度卖29万", "290000", "quarter"),
        ("上季度卖了三十万", "300000", "quarter"),
        ("三个月卖了45万", "450000", "quarter"),
        ("一天卖800", "800", "time"),
        ("一次收入1000元", "1000", "time"),
        ("2022年一个月卖14万", "140000", "month"),
        ("一天卖800一个月卖2万4", "24000", "month"),
        ("一个月卖六七万", "70000", "month"),
        ("一个月卖十一二万", "120000", "month"),
        ("一天卖二三百", "300", "time"),
        ("季度卖30万零5百", "300500", "quarter"),
        ("这个季度开票二十九万八", "298000", "quarter"),
        ("这个月开票9万8500", "98500", "month"),
        ("一个月收入10万零50块", "100050", "month"),
        ("去年十月卖了10万", "100000", "month"),
        ("2023年小规模月销8万", "80000", "month"),
    ],
)
def test_sales_are_read_as_people_say_them(text: str, yuan: str, span: Span) -> None:
    assert read_sales(text) == Sales(Decimal(yuan), span)


@pytest.mark.parametrize(
    "text",
    [
        "一个月卖不到10万",
        "月销售额10万以下",
        "一个月卖出去超过10万",
        "这个月开票超了10万",
        "一个月卖九万多点",
        "一个月卖十万出头",
        "一个月工资9千",
        "卖房100万",
        "月供3000",
        "一个月卖多少要交税",
        "",
        "一年卖100万",
        "含税收入一个月10万",
    ],
)
def test_sales_that_are_a_bound_or_something_else_are_not_read(text: str) -> None:
    assert read_sales(text) is None


@pytest.mark.parametrize(
    ("yuan", "span", "on", "verdict"),
    [
        (99_999, "month", "2026-01-01", "exempt"),
        (100_000, "month", "2026-01-01", "taxed"),
        (100_000, "month", "2025-12-31", "exempt"),
        (100_001, "month", "2025-12-31", "taxed"),
        (290_000, "quarter", "2026-11-23", "exempt"),
        (300_000, "quarter", "2026-11-23", "taxed"),
        (300_000, "quarter", "2023-01-01", "exempt"),
        (999, "time", "2026-11-23", "exempt"),
        (1000, "time", "2026-11-23", "taxed"),
        (150_000, "month", "2022-12-31", "exempt"),
        (150_001, "month", "2022-12-31", "taxed"),
        (450_000, "quarter", "2022-04-01", "exempt"),
        (500, "time", "2025-06-01", None),
    ],
)
def test_sales_are_compared_with_the_threshold_of_their_day(
    yuan: int, span: Span, on: str, verdict: str | None
) -> None:
    threshold = threshold_on(date.fromisoformat(on))
    assert threshold is not None
    assert compare(Sales(Decimal(yuan), span), threshold) == verdict


@pytest.mark.parametrize("on", ["2022-03-31", "2028-01-01"])
def test_days_whose_rule_we_have_not_read_have_no_threshold(on: str) -> None:
    assert threshold_on(date.fromisoformat(on)) is None


@pytest.mark.parametrize(
    ("yuan", "said"), [(90_000, "9万元"), (123_000, "12.3万元"), (800, "800元"), (100_000, "10万元")]
)
def test_sums_are_said_as_people_say_them(yuan: int, said: str) -> None:
    assert say_yuan(yuan) == said


@given(st.text(alphabet="一二三十百千万0123456789.月季天卖元个点半wk年", max_size=20))
def test_no_sentence_breaks_the_reader(text: str) -> None:
    read_sales(text)


@given(st.integers(min_value=1, max_value=999))
def test_whole_ten_thousands_are_read_right(n: int) -> None:
    assert read_sales(f"一个月卖{n}万") == Sales(Decimal(n * 10_000), "month")
