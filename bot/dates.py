"""What day and time a citizen means when booking: 下周三上午, 大后天3点, 腊月初八. Pure; looks forward from today.

`read_business_day`, which looks both ways for the day a tax question is about, stands in bot/business_days.py.
"""

import re
from dataclasses import dataclass
from datetime import date, time

from bot.business_days import BusinessDay, read_business_day
from bot.date_words import said_in, spell
from bot.day_mentions import days_said
from bot.hours import read_hours

__all__ = ["BusinessDay", "When", "read_business_day", "read_when"]

MOST_DAYS = 31

_ANY_DAY = re.compile(
    r"随便|都行|都可以(?![办做用买])|都成|都中|哪天都|啥时候都|什么时候都|最近(?![的处点]|一家|一个|[0-9两三几])|"
    r"[最越]快|尽快|尽早|[最越]早|赶紧|抓紧|赶快|没要求|不挑"
)


@dataclass(frozen=True)
class When:
    """The day and time read. False when nothing was read.

    `days` are candidates in the order of preference, none when no day was said. `start` alone is a point in time,
    `start` and `end` a range, both on the hall's wall clock. `is_past`: the day said lies before today (it is then in
    `days`, unless only a year was said). `any`: any day will do, said in so many words. `note`: a Chinese sentence
    to show when the reading needs one. `said`: the words read, in one spelling.
    """

    days: tuple[date, ...] = ()
    start: time | None = None
    end: time | None = None
    is_past: bool = False
    any: bool = False
    note: str = ""
    said: str = ""

    def __bool__(self) -> bool:
        return bool(self.said)


def read_when(text: str, today: date) -> When:
    """The day and time meant by a sentence, seen from `today`. Never raises; an unread text gives a false `When`.

    「周三」 on a Wednesday is today. A bare 5号 or 12月5日 that is over is the next one, unless the words tell of the
    past. Of 「周三不行，周四」 and 「改到周四」 only Thursday is kept. Bare hours from 1 to 7 are after noon.
    """
    plain = spell(text)
    mentions, rest = days_said(plain, today)
    hours = read_hours(rest)
    days = tuple(dict.fromkeys(day for mention in mentions for day in mention.days))
    ahead = tuple(day for day in days if day >= today)
    any_day = None if days else _ANY_DAY.search(rest)
    spans = [mention.span for mention in mentions] + list(hours.spans) + ([any_day.span()] if any_day else [])
    return When(
        days=(ahead or days)[:MOST_DAYS],
        start=hours.start,
        end=hours.end,
        is_past=not ahead and (bool(days) or any(mention.is_past for mention in mentions)),
        any=any_day is not None,
        note="".join(dict.fromkeys(mention.note for mention in mentions)),
        said=said_in(plain, spans),
    )
