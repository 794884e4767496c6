"""The booking rules of a hall, a group or a matter, as data. Pure: values and how they read in words.

Rule sets differ from hall to hall; the eight in rule_sets/ are taken from halls' published notices. What a
rule counts, over which span and for whom is said here once, and the same words stand in every refusal.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from kit.clock import day_of, instant_at

COMPANY_LIMIT = 60  # characters of a company's name


class Key(StrEnum):
    """Whom a limit counts by."""

    CITIZEN = "citizen"  # who books, known by openid
    PHONE = "phone"
    ID_NUMBER = "id_number"
    CREDIT_CODE = "credit_code"

    @property
    def chinese(self) -> str:
        return KEY_NAMES[self]

    def mark(self, value: object) -> str:
        """What a person is counted by: c:17, p:<fingerprint>."""
        return f"{KEY_SIGNS[self]}:{value}"


KEY_NAMES = {
    Key.CITIZEN: "每个微信号",
    Key.PHONE: "每个手机号",
    Key.ID_NUMBER: "每个身份证号",
    Key.CREDIT_CODE: "每家单位",
}
KEY_SIGNS = {Key.CITIZEN: "c", Key.PHONE: "p", Key.ID_NUMBER: "i", Key.CREDIT_CODE: "u"}
KEY_FIELDS = {
    Key.CITIZEN: "微信号",
    Key.PHONE: "手机号",
    Key.ID_NUMBER: "身份证号",
    Key.CREDIT_CODE: "统一社会信用代码",
}


class Per(StrEnum):
    """The span a limit counts over: around the day one comes, or around now where it counts what was made."""

    HALF_DAY = "half_day"
    DAY = "day"
    WEEK = "week"  # Monday to Sunday
    MONTH = "month"
    WINDOW = "window"  # all days that can be booked now
    AT_ONCE = "at_once"  # held at the same time, whatever the days


PER_NAMES = {
    Per.HALF_DAY: "每半天",
    Per.DAY: "每天",
    Per.WEEK: "每周",
    Per.MONTH: "每个月",
    Per.WINDOW: "在可约的日子里",
    Per.AT_ONCE: "同时",
}


class Of(StrEnum):
    """What a limit or a pause is about."""

    HALL = "hall"
    GROUP = "group"
    MATTER = "matter"


OF_NAMES = {Of.HALL: "", Of.GROUP: "同一类业务", Of.MATTER: "同一个事项"}
SCOPE_NAMES = {Of.HALL: "", Of.GROUP: "这类业务", Of.MATTER: "这个事项"}


class Lapse(StrEnum):
    NO_SHOW = "no_show"
    CANCEL = "cancel"


LAPSE_NAMES = {Lapse.NO_SHOW: "约了没来", Lapse.CANCEL: "取消"}


@dataclass(frozen=True, slots=True)
class Window:
    """Days that can be booked, in working days from today (0: today itself). `last` None: as far as slots are out.

    The last day opens at `release` on the clock, at midnight when that is None.
    """

    first: int = 0
    last: int | None = None
    release: time | None = None

    def say(self) -> str:
        if self.last is None:
            return "放出来的号都可以约" if self.first == 0 else f"要提前{self.first}个工作日预约"
        span = f"{self.first}到{self.last}个" if self.first != self.last else f"{self.first}个"
        days = f"可以约当天和往后{self.last}个工作日的号" if self.first == 0 else f"要提前{span}工作日预约"
        return f"{days}，最后一天的号{self.release:%H:%M}放" if self.release else days


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` per span, for each of the keys `by` that the form carries.

    `counts_made`: what was booked in the span counts, whatever became of it; else what is held in it.
    """

    most: int
    per: Per
    by: tuple[Key, ...]
    of: Of = Of.HALL
    counts_made: bool = False

    def say(self) -> str:
        whom = "、".join(key.chinese for key in self.by)
        return (
            f"{whom}{PER_NAMES[self.per]}{OF_NAMES[self.of]}最多{'约' if self.counts_made else '有'}{self.most}个预约"
        )


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time; exactly one is set. `month_end` within a count means this calendar month."""

    days: int = 0
    months: int = 0
    month_end: bool = False

    def back_from(self, now: datetime) -> datetime:
        """The instant from which on something lies within the span that ends now."""
        today = day_of(now)
        if self.month_end:
            return instant_at(today.replace(day=1), time(0))
        return now - timedelta(days=self.days) if self.days else instant_at(_months_on(today, -self.months), time(0))

    def on_from(self, now: datetime) -> datetime:
        """The instant at which a span that begins now is over; whole days."""
        today = day_of(now)
        if self.month_end:
            return instant_at(_months_on(today.replace(day=1), 1), time(0))
        ends = today + timedelta(days=self.days) if self.days else _months_on(today, self.months)
        return instant_at(ends, time(0))

    def say(self) -> str:
        if self.month_end:
            return "一个自然月"
        return f"{self.days}天" if self.days else ("1年" if self.months == 12 else f"{self.months}个月")


def _months_on(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    last = (date(year + (month == 11), (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


@dataclass(frozen=True, slots=True)
class Threshold:
    """`most` lapses of the kinds in `counts`, together, within a span, and booking stops for a while."""

    most: int
    counts: tuple[Lapse, ...]
    within: Span
    pause: Span
    scope: Of = Of.HALL
    by: tuple[Key, ...] = (Key.CITIZEN,)

    def say(self) -> str:
        what = "或".join(LAPSE_NAMES[lapse] for lapse in self.counts)
        return f"{self.within.say()}里{what}满{self.most}次"

    def say_whole(self) -> str:
        pause = "当月剩下的日子" if self.pause.month_end else f"{self.pause.say()}内"
        return f"{self.say()}的，{pause}不能在网上预约{SCOPE_NAMES[self.scope]}"


@dataclass(frozen=True, slots=True)
class Cutoff:
    """Until when an appointment can be moved or cancelled; both zero: until it begins.

    `half_workdays`: until the half working day begins that lies so many before the appointment's own.
    """

    hours: float = 0
    half_workdays: int = 0

    def say(self) -> str:
        if self.half_workdays:
            n = {1: "半个", 2: "一个"}.get(self.half_workdays, f"{self.half_workdays / 2:g}个")
            return f"改约和取消要提前{n}工作日"
        return f"改约和取消要提前{self.hours:g}小时" if self.hours else "改约和取消要在预约时间之前"


@dataclass(frozen=True, slots=True)
class CheckIn:
    """When an arrival is taken, in minutes before the slot begins and after it; None: any time that day.

    Who has not come `late_minutes` after the beginning, or by the end of the day, has missed it.
    """

    opens_minutes: int | None = None
    late_minutes: int | None = None

    def say(self) -> str:
        early = "当天" if self.opens_minutes is None else f"预约时间前{self.opens_minutes}分钟起"
        late = "" if self.late_minutes is None else f"，最晚晚到{self.late_minutes}分钟"
        return f"{early}可以到大厅签到{late}"


@dataclass(frozen=True, slots=True)
class Rules:
    """A whole rule set. `freed_minutes`: a place given back returns after a time between the two, drawn by lot."""

    window: Window = Window()
    limits: tuple[Limit, ...] = (Limit(3, Per.AT_ONCE, (Key.CITIZEN,)),)
    thresholds: tuple[Threshold, ...] = ()
    cutoff: Cutoff = Cutoff()
    check_in: CheckIn = CheckIn()
    hold_minutes: int = 5
    most_holds: int = 1
    freed_minutes: tuple[int, int] = (0, 0)
    offer_minutes: int = 30  # how long a place is kept for someone on the waiting list
    paper_ticket: bool = True

    def keys(self) -> frozenset[Key]:
        """Every key that something is counted by."""
        return frozenset(k for r in self.limits for k in r.by) | {k for r in self.thresholds for k in r.by}

    @property
    def counts_workdays(self) -> bool:
        """Whether a booking needs the calendar to be decided."""
        return self.window != Window() or any(limit.per is Per.WINDOW for limit in self.limits)

    def looks_back_to(self, now: datetime) -> date:
        """The first day whose bookings any of the rules counts."""
        today = day_of(now)
        starts = [today.replace(day=1), today - timedelta(days=today.weekday())]
        starts += [day_of(threshold.within.back_from(now)) for threshold in self.thresholds]
        return min(starts) if self.thresholds or any(limit.per is not Per.AT_ONCE for limit in self.limits) else today

    def say(self) -> list[str]:
        """The whole set in plain lines, for whoever books and whoever sets the rules."""
        lines = [self.window.say(), *(limit.say() for limit in self.limits), self.cutoff.say(), self.check_in.say()]
        lines += [threshold.say_whole() for threshold in self.thresholds]
        lines.append(f"选中的号先留{self.hold_minutes}分钟，同时最多占{self.most_holds}个没约完的")
        lines.append(f"候补有号了，给人留{self.offer_minutes}分钟")
        if self.freed_minutes[1]:
            lines.append(f"有人退号后，过{self.freed_minutes[0]}到{self.freed_minutes[1]}分钟再放出来，候补的人先得")
        lines.append("到大厅取纸质号" if self.paper_ticket else "不用取纸质号，凭手机叫号")
        return lines
