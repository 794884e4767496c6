"""A sum of sales said in a question, against the VAT threshold of its day. Pure.

Sources of the thresholds: 财政部 税务总局公告2026年第10号第一条 (10/30万 and 1000元 a time, reaching it taxes all);
财政部 税务总局公告2023年第1号、第19号 (10万 and below, inclusive); 国家税务总局公告2022年第6号 (15/45万, inclusive).
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

Span = Literal["month", "quarter", "time"]
Verdict = Literal["exempt", "taxed"]

DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
UNIT = {"十": 10, "百": 100, "千": 1000}
NUMBER = r"(?:\d+(?:\.\d+)?|[零〇一二两俩三四五六七八九十百千]+)"
AMOUNT = re.compile(
    rf"(?P<whole>{NUMBER})\s*(?P<unit>万|w|千|k|个)?(?P<tail>零?(?:\d{{1,4}}|[一二两三四五六七八九])(?![个月季年天次\d])(?P<step>[千百])?)?(?P<half>半)?\s*(?P<money>多?(?:元|块|钱))?"
)
SPANS: tuple[tuple[Span, re.Pattern[str]], ...] = (
    ("quarter", re.compile(r"季度|三个月|3个月|按季|季销|季(?=\d)")),
    (
        "month",
        re.compile(r"(一个?|每个?|单|这个?|上个?|本|\d+|[一二三四五六七八九十])月|月[销收营入均]|按月|月流水|月(?=\d)"),
    ),
    ("time", re.compile(r"一天|每天|每日|单日|一次|每次|按次|一笔|每笔|单次")),
)
# A bound is not a sum: "不到10万" must not be compared as 10万.
BOUND = re.compile(
    r"不到|没到|未到|不足|以下|以内|之内|低于|不超|没超|未超|少于|超过|超出|超了?(?=[\d一二三四五六七八九十])|以上|高于|多于|将近|万多|多点|出头|差不多|快到?\d|接近|达到|起征点|含税|价税"
)
# 六七万 is "six or seven": the larger is compared, so that we never promise an exemption that is not there.
ABOUT = re.compile(
    r"一(?=二[万千百十])|[二两](?=三[万千百十])|三(?=四[万千百十])|四(?=五[万千百十])|五(?=六[万千百十])|六(?=七[万千百十])|七(?=八[万千百十])|八(?=九[万千百十])"
)
SELLING = re.compile(r"卖|销售|收入|营业额|流水|进账|开票|开了?|挣|赚|做了|生意|干|营收|销|收")
OTHER_SUM = re.compile(r"房|车|工资|奖金|薪|存款|贷|注册资本|罚|退|补贴|年入|一年|全年|年销|利润|所得")


@dataclass(frozen=True)
class Sales:
    """Sales of `yuan` in a month, a quarter or one time (day)."""

    yuan: Decimal
    span: Span


@dataclass(frozen=True)
class Threshold:
    """Limits in yuan of one span of days. `inclusive`: a sum exactly at the limit is still exempt."""

    first: date
    last: date
    month: int
    quarter: int
    time: int | None
    inclusive: bool

    def limit(self, span: Span) -> int | None:
        return {"month": self.month, "quarter": self.quarter, "time": self.time}[span]


THRESHOLDS = (
    Threshold(date(2022, 4, 1), date(2022, 12, 31), 150_000, 450_000, None, True),
    Threshold(date(2023, 1, 1), date(2025, 12, 31), 100_000, 300_000, None, True),
    Threshold(date(2026, 1, 1), date(2027, 12, 31), 100_000, 300_000, 1000, False),
)


def _chinese(text: str) -> Decimal:
    if all(char in DIGIT for char in text):
        return Decimal("".join(str(DIGIT[char]) for char in text))
    total, last = 0, 0
    for char in text:
        if char in DIGIT:
            last = DIGIT[char]
        else:
            total += (last or 1) * UNIT[char]
            last = 0
    return Decimal(total + last)


def _number(text: str) -> Decimal:
    return Decimal(text) if text[0].isascii() else _chinese(text)


def _tail(match: re.Match[str]) -> Decimal:
    """What follows 万, in yuan: 12万3 is 3,000 more, 12万3百 and 12万零3百 are 300 more, 9万8500 is 8,500 more."""
    said = match["tail"].rstrip("千百")
    number = _number(said.lstrip("零"))
    if match["step"]:
        return number * UNIT[match["step"]]
    if said.startswith("零") or len(said) == 4:
        return number
    return number * 10_000 / (Decimal(10) ** len(said) if said.isascii() else 10)


def _yuan(match: re.Match[str]) -> Decimal | None:
    unit = {"万": 10_000, "w": 10_000, "千": 1000, "k": 1000}.get(match["unit"] or "")
    whole = _number(match["whole"])
    if unit is None:
        return whole if match["money"] or (whole >= 100 and not match["unit"]) else None
    if match["half"]:
        whole += Decimal("0.5")
    return whole * unit + (_tail(match) if match["tail"] and unit == 10_000 else 0)


def read_sales(text: str) -> Sales | None:
    """The sales a plain text speaks of: '一个月卖9万' is 90,000 a month. None when no one sum of sales is said."""
    if OTHER_SUM.search(text) or BOUND.search(text):
        return None
    span = next((name for name, pattern in SPANS if pattern.search(text)), None)
    if span is None or not SELLING.search(text):
        return None
    text = ABOUT.sub("", text)
    sums = [yuan for match in AMOUNT.finditer(text) if (yuan := _yuan(match)) is not None]
    sums = [yuan for yuan in sums if not (1990 <= yuan <= 2099 and re.search(rf"{yuan}\s*年", text))]
    return Sales(max(sums), span) if sums else None


def threshold_on(day: date) -> Threshold | None:
    """The threshold of a day we have read the rule of."""
    return next((each for each in THRESHOLDS if each.first <= day <= each.last), None)


def compare(sales: Sales, threshold: Threshold) -> Verdict | None:
    """Exempt or taxed in full; None where that span had no limit of its own that day."""
    limit = threshold.limit(sales.span)
    if limit is None:
        return None
    below = sales.yuan <= limit if threshold.inclusive else sales.yuan < limit
    return "exempt" if below else "taxed"


def say_yuan(yuan: Decimal | int) -> str:
    """9万元, 12.3万元, 800元."""
    amount = Decimal(yuan)
    if amount >= 10_000:
        return f"{(amount / 10_000).normalize():f}万元"
    return f"{amount.normalize():f}元"
