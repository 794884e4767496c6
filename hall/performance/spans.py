"""The days a report is of, and those it is compared with. Pure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from hall.places.calendar import ONE_DAY, Calendar
from hall.places.model import YearNotPublished
from kit.errors import Problem

MOST_DAYS = 92  # of a span: a quarter; in a busy hall that is 100,000 tickets


@dataclass(frozen=True, slots=True)
class Span:
    """Days in Shanghai, the first and the last among them."""

    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    @property
    def text(self) -> str:
        """2026-11-23, 2026-11-23 至 2026-11-27."""
        return self.first.isoformat() if self.days == 1 else f"{self.first} 至 {self.last}"


class When(StrEnum):
    TODAY = "today"
    WEEK = "week"
    MONTH = "month"
    FREE = "free"

    @property
    def chinese(self) -> str:
        return {When.TODAY: "今天", When.WEEK: "本周", When.MONTH: "本月", When.FREE: "自选"}[self]


class SpanBackwards(Problem):
    status = 422
    code = "span_backwards"
    sentence = "最后一天要在第一天之后，或者是同一天。请把两个日子换过来。"


class SpanTooLong(Problem):
    status = 422
    code = "span_too_long"
    sentence = "一次最多看{most}天，请选短一点。"


def span_of(when: When, today: date, first: date | None = None, last: date | None = None) -> Span:
    """The days that are meant; of a free span what is not said is today. Raises SpanBackwards, SpanTooLong."""
    if when is When.TODAY:
        return Span(today, today)
    if when is When.WEEK:
        return Span(today - ONE_DAY * today.weekday(), today)
    if when is When.MONTH:
        return Span(today.replace(day=1), today)
    last = last or max(today, first or today)
    span = Span(first or min(today, last), last)
    if span.last < span.first:
        raise SpanBackwards()
    if span.days > MOST_DAYS:
        raise SpanTooLong(most=MOST_DAYS)
    return span


def span_before(when: When, span: Span, calendar: Calendar) -> Span:
    """What a span is compared with: the workday before, the same days of the week or month before, as many days."""
    if when is When.TODAY:
        try:
            day = calendar.add_workdays(span.first, -1)
        except YearNotPublished:
            day = span.first - ONE_DAY
        return Span(day, day)
    if when is When.WEEK:
        return Span(span.first - ONE_DAY * 7, span.last - ONE_DAY * 7)
    if when is When.MONTH:
        end = span.first - ONE_DAY
        return Span(end.replace(day=1), end.replace(day=min(end.day, span.last.day)))
    return Span(span.first - ONE_DAY * span.days, span.first - ONE_DAY)
