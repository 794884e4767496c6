"""What a hall's performance is measured by: each figure with its definition, and how it is read off. Pure.

The definitions are the house's own, and are shown beside every figure. Limits, and what stops their clock, are those of
hall/cases/clocks.py; the five levels those of hall/ratings/model.py.
"""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from hall.performance.spans import Span
from hall.places.model import counter_title
from hall.ratings.model import HANDFUL
from kit.clock import say_day
from kit.errors import Problem

NOTHING, TOO_FEW = "暂无", f"不足{HANDFUL}条"

Key = int | str | date | None  # of a group: a counter's number, a matter's id, a day; None: without one
Pile = Counter[int]  # how often each value was met: minutes, workdays, 1; of a share 1 for its part, 0 for the rest


class Reading(StrEnum):
    """How a pile is read."""

    COUNT = "count"
    SHARE = "share"
    HALF = "half"  # half of all values are no larger
    NINE_TENTHS = "nine-tenths"


class Figure(StrEnum):
    TAKEN = "taken"
    SERVED = "served"
    WAIT = "wait"
    LONG_WAIT = "long-wait"
    SERVICE = "service"
    MISSED = "missed"
    LEFT = "left"
    NO_SHOW = "no-show"
    ACCEPTED = "accepted"
    CONCLUDED = "concluded"
    CONCLUDED_SHARE = "concluded-share"
    ON_TIME = "on-time"
    CASE_DAYS = "case-days"
    CONTENT = "content"

    @property
    def told(self) -> "Definition":
        return DEFINITIONS[self]


@dataclass(frozen=True, slots=True)
class Definition:
    """`about`: the figure in one sentence. `part` (of a share only), `whole` and `left_out` say what is counted."""

    name: str
    unit: str
    reading: Reading
    about: str
    whole: str
    left_out: str
    part: str = ""
    of: str = ""  # what one of `whole` is called, with its measure word

    @property
    def lines(self) -> tuple[tuple[str, str], ...]:
        """How it is reckoned, line by line."""
        asked = (("分子", self.part), ("分母" if self.part else "算哪些", self.whole), ("不算的", self.left_out))
        return tuple((name, said) for name, said in asked if said)


OVER = "有了结果的号：办完的、过号的、没办就走了的。"
NOT_OVER = "还在等、正在叫、正在办的：结果还没有出来。"
FIRST_CALL = "没叫到就走了的；过号以后、转窗以后再等的时间。不满1分钟按1分钟算。"

DEFINITIONS: Mapping[Figure, Definition] = {
    Figure.TAKEN: Definition(
        "取号",
        "个",
        Reading.COUNT,
        "这些天取的号，现场取的和预约签到的都算。",
        "一个号算一个，还在等的也算。",
        "",
        of="个号",
    ),
    Figure.SERVED: Definition(
        "办完",
        "个",
        Reading.COUNT,
        "到窗口办完了的号。",
        "一个号算一个，转过窗的也只算一个。",
        "过号没回来的，没办就走了的，还没办完的。",
        of="个号",
    ),
    Figure.WAIT: Definition(
        "等候（一半的人）",
        "分钟",
        Reading.HALF,
        "一半的人，从取号到第一次叫到，等了不超过这么久（中位数）。",
        "叫到过的号，从取号那一刻算到第一次叫号。",
        FIRST_CALL,
        of="个号",
    ),
    Figure.LONG_WAIT: Definition(
        "等候（九成的人）",
        "分钟",
        Reading.NINE_TENTHS,
        "十个人里有九个，从取号到第一次叫到，等了不超过这么久（90分位）。",
        "叫到过的号，从取号那一刻算到第一次叫号。",
        FIRST_CALL,
        of="个号",
    ),
    Figure.SERVICE: Definition(
        "窗口办理时长",
        "分钟",
        Reading.HALF,
        "一半的办理，从“开始办理”到“办完”或转走，不超过这么久（中位数）。",
        "在一个窗口办一次算一次；转过窗的，各个窗口各算各的。",
        "没按“开始办理”的；下班以后系统替窗口结束的，不知道办了多久。",
        of="次办理",
    ),
    Figure.MISSED: Definition(
        "过号率",
        "%",
        Reading.SHARE,
        "叫了没人来，到最后也没回来办的，占多少。",
        OVER,
        NOT_OVER,
        "状态是“已过号”的号；过号以后回来办完的不在里面。",
        of="个号",
    ),
    Figure.LEFT: Definition(
        "中途走了",
        "%",
        Reading.SHARE,
        "取了号，没办就走了的，占多少。",
        OVER,
        NOT_OVER,
        "状态是“已离开”的号：自己说不办了的，下班时还在等的。",
        of="个号",
    ),
    Figure.NO_SHOW: Definition(
        "爽约率",
        "%",
        Reading.SHARE,
        "约了这些天的，没有来的占多少。",
        "约在这些天、已经知道来没来的预约。",
        "取消的，改到别的日子的，还没到时间的，申诉以后不计的。预约不分窗口，所以不按窗口算。",
        "过了时间没来签到的。",
        of="个预约",
    ),
    Figure.ACCEPTED: Definition(
        "受理",
        "件",
        Reading.COUNT,
        "这些天受理的办件。",
        "受理那天在这些天里的，五个工作日没有告知、视为受理的也算。",
        "只是收了件的，不予受理的。",
        of="件",
    ),
    Figure.CONCLUDED: Definition(
        "办结",
        "件",
        Reading.COUNT,
        "这些天办结的办件，不管是哪天受理的。",
        "办结那天在这些天里的。",
        "退件的，不予受理的。",
        of="件",
    ),
    Figure.CONCLUDED_SHARE: Definition(
        "办结率",
        "%",
        Reading.SHARE,
        "这些天受理的办件，到现在已经办结的占多少。刚受理的还在办，所以近几天的会低。",
        "这些天受理的办件，在办的（补正、审核、特别程序、中止）也算。",
        "退件的：没有通过，或者申请人撤回了。分子分母都不算。",
        "其中现在已经办结的。",
        of="件",
    ),
    Figure.ON_TIME: Definition(
        "按时率",
        "%",
        Reading.SHARE,
        "这些天办结的办件，在承诺时限里办结的占多少。",
        "这些天办结、有承诺时限的办件。",
        "没有承诺时限的；放假安排还没有公布、最晚哪天算不出来的。",
        "承诺的最后一天，或者之前办结的。补正、特别程序、中止的日子不算进时限，和办件上的黄灯是一个算法。",
        of="件",
    ),
    Figure.CASE_DAYS: Definition(
        "办件时长",
        "个工作日",
        Reading.HALF,
        "一半的办件，从受理到办结不超过这么多个工作日（中位数）。当天办结是0。",
        "这些天办结的办件，从受理第二天数到办结那天；补正、特别程序、中止的日子也数进去，群众等的就是这么久。",
        "放假安排还没有公布、工作日数不出来的。",
        of="件",
    ),
    Figure.CONTENT: Definition(
        "满意度",
        "%",
        Reading.SHARE,
        "给了评价的人里，选“非常满意”和“满意”的占多少。",
        "这些天给的全部评价，五档都算，按评的那天。",
        f"没有评价的。不足{HANDFUL}条的不算：太少说明不了什么，也免得猜出是谁评的。",
        "选“非常满意”“满意”的。",
        of="条评价",
    ),
}


class By(StrEnum):
    COUNTER = "counter"
    MATTER = "matter"
    DAY = "day"

    @property
    def chinese(self) -> str:
        return BY_NAMES[self]


BY_NAMES = {By.COUNTER: "窗口", By.MATTER: "事项", By.DAY: "日子"}
WITHOUT = {By.COUNTER: "没有到窗口的", By.MATTER: "没有说办什么", By.DAY: ""}
FIGURES_BY = {by: tuple(one for one in Figure if (by, one) != (By.COUNTER, Figure.NO_SHOW)) for by in By}


@dataclass(frozen=True, slots=True)
class Value:
    """`amount` is None where there is nothing to read it off (`whole` is 0), or too few ratings."""

    figure: Figure
    amount: float | None
    part: int
    whole: int

    @property
    def text(self) -> str:
        """12件, 85.7%, 8分钟; never 0 % or 100 % of what is nearly so, or of nothing."""
        told = self.figure.told
        if self.amount is None:
            return NOTHING if not self.whole else TOO_FEW
        if told.reading is not Reading.SHARE:
            return f"{self.amount:,.0f}{told.unit}"
        if self.part in (0, self.whole):
            return f"{self.amount:.0%}"
        return f"{min(max(self.amount * 100, 0.1), 99.9):.1f}%"

    @property
    def behind(self) -> str:
        """What stands behind it: 17/20件; nothing where it says all itself."""
        if self.amount is None or self.figure.told.reading is Reading.COUNT:
            return ""
        if self.figure.told.reading is Reading.SHARE:
            return f"{self.part:,}/{self.whole:,}{self.figure.told.of}"
        return f"{self.whole:,}{self.figure.told.of}"


def read(figure: Figure, pile: Pile) -> Value:
    """Reads a figure off its pile."""
    whole, reading = pile.total(), figure.told.reading
    if reading is Reading.COUNT:
        return Value(figure, whole, whole, whole)
    if whole < (HANDFUL if figure is Figure.CONTENT else 1):
        return Value(figure, None, 0, whole)
    if reading is Reading.SHARE:
        return Value(figure, pile[1] / whole, pile[1], whole)
    return Value(figure, _least_holding(pile, 0.5 if reading is Reading.HALF else 0.9), whole, whole)


def _least_holding(pile: Pile, share: float) -> int:
    """The least value that no less than this share of all do not exceed (nearest rank)."""
    left = math.ceil(pile.total() * share)
    for value in sorted(pile):
        left -= pile[value]
        if left <= 0:
            return value
    raise ValueError("an empty pile has no values")


class TooManyRows(Problem):
    status = 422
    code = "too_many_rows"
    sentence = "明细超过{most}行，一张表放不下。请选短一点的日子，或者只看一个窗口、一个事项。"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which figures: of what hall and span, told apart by what, and compared with which span."""

    hall_id: str
    span: Span
    by: By
    earlier: Span


@dataclass(frozen=True, slots=True)
class Group:
    key: Key
    name: str
    values: Mapping[Figure, Value]


@dataclass(frozen=True, slots=True)
class Report:
    """`values` and `before` are the whole hall's, of the span and of that before; `mark` moves when they may."""

    wanted: Wanted
    values: Mapping[Figure, Value]
    before: Mapping[Figure, Value]
    groups: tuple[Group, ...]
    at: datetime
    mark: str = ""

    @property
    def is_empty(self) -> bool:
        return not any(value.whole for value in self.values.values())


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands behind a figure: cells of text under headers, the newest first. `older`: the rest begins there."""

    headers: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    older: int | None = None


@dataclass(frozen=True, slots=True)
class Piles:
    """By figure and group; `add` as many of a value as there are."""

    by_figure: dict[Figure, dict[Key, Pile]] = field(default_factory=dict)

    def add(self, figure: Figure, key: Key, value: int, count: int = 1) -> None:
        self.by_figure.setdefault(figure, {}).setdefault(key, Counter())[value] += count

    def of(self, figure: Figure, key: Key) -> Pile:
        return self.by_figure.get(figure, {}).get(key, Counter())

    def whole(self, figure: Figure) -> Pile:
        return sum(self.by_figure.get(figure, {}).values(), Counter[int]())

    @property
    def keys(self) -> set[Key]:
        return {key for groups in self.by_figure.values() for key in groups}


@dataclass(frozen=True, slots=True)
class Names:
    """What counters and matters of the hall are called, by number and id."""

    counters: Mapping[int, str]
    matters: Mapping[str, str]

    def of(self, by: By, key: Key) -> str:
        """Of a group."""
        if isinstance(key, date):
            return say_day(key)
        if isinstance(key, int):
            return counter_title(key, self.counters.get(key, ""))
        return WITHOUT[by] if key is None else self.matters.get(key, key)

    def matter(self, matter_id: str | None) -> str:
        return self.of(By.MATTER, matter_id)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which rows: of one figure, of one group of it (`is_one`) or of all, from the row before `before` on."""

    figure: Figure
    wanted: Wanted
    names: Names
    is_one: bool = False
    key: Key = None
    before: int | None = None
    most: int = 50
