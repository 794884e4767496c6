"""Days said by the lunar calendar, and the feasts: 腊月初八, 正月十五, 春节后.

The tables are those of the lunardate package, 1900 to 2099.
"""

import re
from datetime import date, timedelta
from typing import NamedTuple

from lunardate import LunarDate

from bot.date_words import FRESH, NUMERALS, YEAR, number, year_of
from kit.clock import say_day

_DAY = (
    r"(?:初[一二三四五六七八九十]|廿[一二三四五六七八九]?|[一二]?十[一二三四五六七八九]|[二三]十|[1-3]?[0-9](?![0-9]))"
)
LUNAR = re.compile(
    rf"(?P<tag>农历|阴历|旧历|老历)?{FRESH}(?P<year>{YEAR})?(?P<leap>闰)?(?P<month>正|腊|冬|1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月"
    rf"(?P<day>{_DAY})?[日号]?(?P<side>之前|以前|前|之后|以后|后(?!天))?"
    rf"|(?P<great>大年|年)?(?P<only>初[一二三四五六七八九十])(?![中次级步审一二三四五六七八九]|[0-9])"
)
FEAST = re.compile(
    rf"(?P<year>{YEAR})?(?P<name>元旦|春节|过完年|过了年|过年|大年三十|年三十|除夕|小年(?!轻|纪|龄)|腊八|元宵节?|五一|劳动节|端午|中秋|国庆|"
    rf"(?<![{NUMERALS}年前去今明后半几多])年(?=前|后))节?(?:放假|假期)?(?P<side>之前|以前|前|之后|以后|过后|后(?!天))?"
)
AROUND = timedelta(days=14)  # how far 「春节后」 and 「元旦前」 reach: a week of holiday and a week of work


class LunarDays(NamedTuple):
    """First and last day by the Gregorian calendar, and the sentence that says which they are."""

    first: date
    last: date
    note: str


def solar(year: int, month: int, day: int, is_leap: bool = False) -> date | None:
    """The Gregorian day of a lunar one, None when that year has no such day."""
    try:
        return LunarDate(year, month, day, is_leap).to_solar_date()
    except ValueError:
        return None


def lunar_today(today: date) -> LunarDate:
    return LunarDate.from_solar_date(today.year, today.month, today.day)


def new_years_eve(year: int) -> date | None:
    """The last day of that lunar year."""
    spring = solar(year + 1, 1, 1)
    return spring - timedelta(days=1) if spring else None


def read_lunar(found: re.Match[str], today: date) -> LunarDays | None:
    """None when the match is an ordinary month after all (「12月」 without 农历 or 初)."""
    parts = found.groupdict()
    if parts["only"]:
        return _only_day(number(parts["only"]), today, spring=bool(parts["great"]))
    is_lunar = parts["tag"] or parts["leap"] or parts["month"] in "正腊冬" or (parts["day"] or "")[:1] in ("初", "廿")
    if not is_lunar:
        return None
    month = {"正": 1, "冬": 11, "腊": 12}.get(parts["month"]) or number(parts["month"])
    day = number(parts["day"]) if parts["day"] else None
    year = lunar_today(today).year
    years = (year_of(parts["year"], today),) if parts["year"] else (year, year + 1)
    for candidate in years:
        days = _month_or_day(candidate, month, day, bool(parts["leap"]))
        if days and (days[1] >= today or parts["year"]):
            return _aside(*days, parts["side"], _note(_named(found), *days), today)
    return None


def _month_or_day(year: int, month: int, day: int | None, is_leap: bool) -> tuple[date, date] | None:
    if day is None:
        first, last = solar(year, month, 1, is_leap), solar(year, month, 30, is_leap) or solar(year, month, 29, is_leap)
    elif (month, day) == (12, 30):
        first = last = new_years_eve(year)  # a short month ends on the 29th, and people still say 三十
    else:
        first = last = solar(year, month, day, is_leap)
    return (first, last) if first and last else None


def _only_day(day: int, today: date, spring: bool) -> LunarDays | None:
    """初八: of the first month after 大年, else of the lunar month that comes."""
    year = lunar_today(today).year
    months = [(year + step, 1, False) for step in (0, 1)] if spring else _months_ahead(today)
    for candidate in months:
        found = solar(candidate[0], candidate[1], day, candidate[2])
        if found and found >= today:
            return LunarDays(
                found, found, _note(f"{'正月' if spring else '农历'}初{'一二三四五六七八九十'[day - 1]}", found, found)
            )
    return None


def _months_ahead(today: date) -> list[tuple[int, int, bool]]:
    ahead = (lunar_today(today + timedelta(days=days)) for days in (0, 30))
    return [(day.year, day.month, day.is_leap_month) for day in ahead]


def read_feast(found: re.Match[str], today: date) -> LunarDays | None:
    """A feast, the two weeks after it (「春节后」) or up to two weeks before."""
    name, side = found["name"], found["side"]
    if name in ("过完年", "过了年"):
        side = side or "后"
    first_year = year_of(found["year"], today) if found["year"] else today.year - 1
    for year in range(first_year, first_year + 1 if found["year"] else today.year + 3):
        day = _feast(name, year)
        if day and (found["year"] or day + (AROUND if side and "后" in side else timedelta(0)) >= today):
            return _aside(day, day, side, _note(_title(name), day, day), today)
    return None


def _feast(name: str, year: int) -> date | None:
    if name in ("元旦", "五一", "劳动节", "国庆"):
        month, day = {"元旦": (1, 1), "国庆": (10, 1)}.get(name, (5, 1))
        return date(year, month, day)
    if name in ("除夕", "大年三十", "年三十"):
        return new_years_eve(year - 1)
    if name in ("腊八", "小年"):
        return solar(year - 1, 12, 8 if name == "腊八" else 23)
    month, day = {"元宵": (1, 15), "元宵节": (1, 15), "端午": (5, 5), "中秋": (8, 15)}.get(name, (1, 1))
    return solar(year, month, day)


def _title(name: str) -> str:
    return "春节" if name in ("过年", "过完年", "过了年", "年") else name


def _aside(first: date, last: date, side: str | None, note: str, today: date) -> LunarDays | None:
    if not side:
        return LunarDays(first, last, note)
    if "后" in side:
        return LunarDays(last + timedelta(days=1), last + AROUND, note)
    before = first - timedelta(days=1)
    return LunarDays(min(before, max(today, first - AROUND)), before, note)


def _named(found: re.Match[str]) -> str:
    """农历腊月初八, as said and without 前 and 后."""
    words = found.group().removesuffix(found["side"] or "")
    return words if found["tag"] else f"农历{words}"


def _note(words: str, first: date, last: date) -> str:
    if first == last:
        return f"{words}是{first.year}年{say_day(first)}。"
    until = say_day(last) if first.year == last.year else f"{last.year}年{say_day(last)}"
    return f"{words}是公历{first.year}年{say_day(first)}到{until}。"
