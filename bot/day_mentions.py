"""The days said in a sentence, one pattern and one reader for each way of saying a day. Looks forward from today.

A reader answers with the days meant, a note and whether they are told as past, or None when the match is no day
after all. Patterns are tried in the order of `_READERS`; what one has read the next does not see.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.date_words import (
    COUNT,
    DAY,
    FRESH,
    MONTH,
    NUMERALS,
    READ,
    TO,
    UNITS,
    YEAR,
    day_or_none,
    last_of_month,
    months_later,
    moved_at,
    number,
    part_of_month,
    refused,
    year_of,
)
from bot.lunar import FEAST, LUNAR, LunarDays, read_feast, read_lunar
from kit.clock import say_day

ONE_DAY = timedelta(days=1)
FARTHEST = 366  # days; nobody books further ahead, and a larger number is something else
LONGEST_STRETCH = 31
AFTERWARDS = 7  # days that 「周三以后」 reaches


class Reading(NamedTuple):
    days: tuple[date, ...] = ()
    note: str = ""
    is_past: bool = False


@dataclass(frozen=True)
class Mention:
    """A day or stretch of days, and the offsets of the words that say it."""

    span: tuple[int, int]
    days: tuple[date, ...]
    note: str
    is_past: bool


class _Scene(NamedTuple):
    today: date
    tells_past: bool


_Reader = Callable[[re.Match[str], _Scene], Reading | None]

_TELLS_PAST = re.compile(r"上次|上回|刚才|那次|当时|那天|已经|[约办来去]过|之前(?:约|办|预约)")


def days_said(plain: str, today: date) -> tuple[list[Mention], str]:
    """Every day said in a text from `date_words.spell`, in order, and the text with those words overwritten."""
    scene = _Scene(today, bool(_TELLS_PAST.search(plain)))
    mentions: list[Mention] = []
    rest = plain
    for pattern, reader in _READERS:
        for found in list(pattern.finditer(rest)):
            reading = reader(found, scene)
            if reading is None:
                continue
            end, reading = _with_side(rest, found, reading, today)
            rest = rest[: found.start()] + READ * (end - found.start()) + rest[end:]
            mentions.append(Mention((found.start(), end), *reading))
    return _wanted(plain, sorted(mentions, key=lambda mention: mention.span)), rest


def _wanted(plain: str, mentions: list[Mention]) -> list[Mention]:
    """Without the days refused, and only those behind 「改到」 when there are any."""
    kept = [mention for mention in mentions if not refused(plain, *mention.span)]
    moved = moved_at(plain)
    return [mention for mention in kept if mention.span[0] >= moved] or kept


_BEFORE = re.compile(r"(?:之前|以前|前(?![台天面几往去来年门]))")
_AFTER = re.compile(r"(?:之后|以后|过后|后(?![天台面个年门]))")


def _with_side(text: str, found: re.Match[str], reading: Reading, today: date) -> tuple[int, Reading]:
    """「5号之前」 is every day from today to the 5th, 「周三以后」 the week from Thursday on."""
    if not reading.days or found.re in (FEAST, LUNAR):
        return found.end(), reading
    last = reading.days[-1]
    if (side := _BEFORE.match(text, found.end())) and last >= today:
        return side.end(), reading._replace(days=_stretch(today, last))
    if side := _AFTER.match(text, found.end()):
        return side.end(), reading._replace(days=_stretch(last + ONE_DAY, last + ONE_DAY * AFTERWARDS))
    return found.end(), reading


def _stretch(first: date, last: date) -> tuple[date, ...]:
    return tuple(first + ONE_DAY * step for step in range(min((last - first).days + 1, LONGEST_STRETCH)))


def _ahead(first: date, last: date, today: date) -> tuple[date, ...]:
    """What is left of a stretch that has begun; the whole of it when it is over."""
    return _stretch(max(first, today) if last >= today else first, last)


# 2026年12月5日, 明年3月5号, 12月5日到8日, 下个月5号, 20261205

_LISTED = rf"(?P<more>(?:(?:{TO}|[、和或跟与,]|或者|还是)(?:{MONTH}月)?{DAY}[日号])*)"
_DAY_TAIL = rf"(?:[日号]|(?![{NUMERALS}{UNITS}月]))"
_FULL = re.compile(
    rf"(?P<year>{YEAR})(?P<month>{MONTH})月份?的?(?P<day>{DAY}){_DAY_TAIL}{_LISTED}"
    rf"|(?<![0-9])(?P<y>20[0-9]{{2}})(?P<sep>[-/.])(?P<m>[0-9]{{1,2}})(?P=sep)(?P<d>[0-9]{{1,2}})(?![0-9])"
    r"|(?<![0-9])(?P<yy>20[0-9]{2})(?P<mm>[01][0-9])(?P<dd>[0-3][0-9])(?![0-9])"
)
_MONTH_WORDS = r"下下个?月|下个?月|这个?月|本月|当月|上个?月"
_MONTH_DAY = re.compile(
    rf"(?:(?P<spoken>{_MONTH_WORDS})的?|{FRESH}(?P<month>{MONTH})月份?的?)(?P<day>{DAY}){_DAY_TAIL}{_LISTED}"
)


def _read_full(found: re.Match[str], scene: _Scene) -> Reading | None:
    parts = found.groupdict()
    written = parts["y"] or parts["yy"]
    if written:
        year, month = int(written), int(parts["m"] or parts["mm"])
        return _one_day(year, month, int(parts["d"] or parts["dd"]))
    year = year_of(parts["year"], scene.today)
    first = _one_day(year, number(parts["month"]), number(parts["day"]))
    return _and_more(first, parts["more"]) if first else None


def _one_day(year: int, month: int, day: int) -> Reading | None:
    if not 1 <= day <= 39 or month < 1:
        return None
    if month > 12:
        return Reading(note=f"一年没有{month}月，请换一天。")
    if found := day_or_none(year, month, day):
        return Reading((found,))
    whose = f"{year}年" if (month, day) == (2, 29) else ""
    return Reading(note=f"{whose}{month}月没有{day}日，请换一天。")


def _read_month_day(found: re.Match[str], scene: _Scene) -> Reading | None:
    parts, today = found.groupdict(), scene.today
    day = number(parts["day"])
    if parts["spoken"]:
        year, month = _spoken_month(parts["spoken"], today)
        first = _one_day(year, month, day)
    else:
        first = _next_of_year(number(parts["month"]), day, scene)
    return _and_more(first, parts["more"]) if first else None


def _spoken_month(word: str, today: date) -> tuple[int, int]:
    steps = word.count("下") - word.count("上")
    return months_later(today.year, today.month, steps)


def _next_of_year(month: int, day: int, scene: _Scene) -> Reading | None:
    """This year's, or next year's when it is over; said aloud when it has been over for less than a season."""
    this = _one_day(scene.today.year, month, day)
    if this is None or (this.days and (this.days[0] >= scene.today or scene.tells_past)):
        return this
    coming = _one_day(scene.today.year + 1, month, day)
    if this.days and coming and coming.days and (scene.today - this.days[0]).days < 92:
        return coming._replace(
            note=f"今年{month}月{day}日已经过了，按{coming.days[0].year}年{say_day(coming.days[0])}算。"
        )
    return coming if coming and coming.days else this


_TAIL = re.compile(rf"(?P<to>{TO})?[、和或跟与,者还是]*(?:(?P<month>{MONTH})月)?(?P<day>{DAY})[日号]")


def _and_more(first: Reading, more: str) -> Reading:
    """「5号到8号」, 「5号或6号」: days behind the first, each on or after the one before."""
    days = list(first.days)
    for found in _TAIL.finditer(more or ""):
        if not days:
            break
        last = days[-1]
        month = number(found["month"]) if found["month"] else last.month
        year = last.year + (month < last.month)
        nearest = day_or_none(year, month, number(found["day"]))
        if not found["month"] and nearest and nearest < last:
            nearest = day_or_none(*months_later(year, month, 1), number(found["day"]))
        if nearest and nearest > last:
            days += _stretch(last + ONE_DAY, nearest) if found["to"] else (nearest,)
    return first._replace(days=tuple(days))


# 月底, 12月上旬, 下个月, 12月, 年底

_MONTH_PART = re.compile(
    rf"(?P<year>{YEAR})?(?:(?P<spoken>{_MONTH_WORDS})|{FRESH}(?P<month>{MONTH})月份?|(?<![0-9个{NUMERALS}])月(?=[初中底末]))"
    r"(?P<part>上旬|中旬|下旬|初(?![一二三四五六七八九十])|中(?!午|旬)|底|末)?(?!份?[卖销开][^票户]|销售|收入|工资|租金|薪)"
)
_YEAR_PART = re.compile(rf"(?:(?P<year>{YEAR})年?|(?<![0-9])年)(?P<part>底|末|初)")


def _read_month_part(found: re.Match[str], scene: _Scene) -> Reading | None:
    parts, today = found.groupdict(), scene.today
    if parts["month"] and not 1 <= number(parts["month"]) <= 12:
        return None
    if parts["spoken"]:
        year, month = _spoken_month(parts["spoken"], today)
        return Reading(_ahead(*part_of_month(year, month, parts["part"]), today))
    year = year_of(parts["year"], today) if parts["year"] else today.year
    month = number(parts["month"]) if parts["month"] else today.month
    first, last = part_of_month(year, month, parts["part"])
    if last < today and not parts["year"] and not scene.tells_past:
        year, month = (year + 1, month) if parts["month"] else months_later(year, month, 1)
        first, last = part_of_month(year, month, parts["part"])
    return Reading(_ahead(first, last, today))


def _read_year_part(found: re.Match[str], scene: _Scene) -> Reading | None:
    """年底 is the last ten days of December, 年初 the first ten of January."""
    parts, today = found.groupdict(), scene.today
    is_end = parts["part"] in "底末"
    year = year_of(parts["year"], today) if parts["year"] else today.year
    if not parts["year"] and not is_end and today > date(year, 1, 10) and not scene.tells_past:
        year += 1
    first, last = (date(year, 12, 22), date(year, 12, 31)) if is_end else (date(year, 1, 1), date(year, 1, 10))
    return Reading(_ahead(first, last, today))


# 周三, 下周三或周四, 周一到周五, 下周, 周末

_WEEK = r"(?:周|星期|礼拜)"
_WHICH = r"(?P<which>下下下|下下|下|这|本|上上|上)(?:个|一)?"
_NAME = r"[一二三四五六日天]"
_NUMBERED = rf"[1-7](?![0-9.点:月号日{UNITS}])"
_LONELY = rf"(?![点月号{UNITS}十])"
_WEEKDAYS = re.compile(
    rf"(?:{_WHICH})?{_WEEK}(?:的?{_WEEK})?(?P<first>{_NAME}|{_NUMBERED})"
    rf"(?P<more>(?:(?:{TO}|[、和或跟与]|或者|还是)?{_WEEK}(?:{_NAME}|{_NUMBERED})"
    rf"|(?:{TO}|[、和或跟与]|或者)(?:{_NAME}{_LONELY}|{_NUMBERED})|(?<=六)[日天])*)"
)
_SAME_WEEK = re.compile(rf"(?P<which>下+)(?:个|一)?{_WEEK}{_NAME}[^周星礼]{{0,10}}$")  # 下周三不行，周四吧
_WEEKS = re.compile(rf"{_WHICH}{_WEEK}(?P<end>末)?(?![{NUMERALS}期])|(?P<bare>周末)|(?P<two>[大双]休日?)")
_NEXT_NAME = re.compile(rf"(?P<to>{TO})?[^一二三四五六日天1-7]*?(?P<name>[一二三四五六日天1-7])")


def _weekday(name: str) -> int:
    return "一二三四五六日".index(name.replace("天", "日")) if not name.isdigit() else int(name) - 1


def _monday(today: date, which: str | None) -> date:
    steps = (which or "").count("下") - (which or "").count("上")
    return today - ONE_DAY * today.weekday() + timedelta(weeks=steps)


def _read_weekdays(found: re.Match[str], scene: _Scene) -> Reading | None:
    """With 下 or 这 the days of that week, bare the next such day; after 到 the first one behind."""
    before = _SAME_WEEK.search(found.string, max(0, found.start() - 20), found.start())
    which = found["which"] or (before["which"] if before else None)
    monday = _monday(scene.today, which)

    def place(name: str, after: date | None) -> date:
        start = after + ONE_DAY if after else monday if which else scene.today
        return start + ONE_DAY * ((_weekday(name) - start.weekday()) % 7)

    days = [place(found["first"], None)]
    for tail in _NEXT_NAME.finditer(found["more"]):
        following = place(tail["name"], days[-1] if tail["to"] else None)
        days += _stretch(days[-1] + ONE_DAY, following) if tail["to"] else (following,)
    return Reading(tuple(days))


def _read_week(found: re.Match[str], scene: _Scene) -> Reading | None:
    monday = _monday(scene.today, found["which"])
    is_end = found["end"] or found["bare"] or found["two"]
    return Reading(_ahead(monday + ONE_DAY * 5 if is_end else monday, monday + ONE_DAY * 6, scene.today))


# 三天后, 两周以后, 过两天, 三天前

_LATER = re.compile(
    rf"{FRESH}(?:再?过|等)?(?P<count>{COUNT})个?(?P<unit>天|日|周|星期|礼拜|月)(?:之|以)?(?P<side>后|前)(?![台面])"
    rf"|再?过(?P<over>{COUNT})个?(?P<what>天|周|星期|礼拜|月)|(?P<some>再?过几天)|(?P<these>这[两几三]天)"
)


def _read_later(found: re.Match[str], scene: _Scene) -> Reading | None:
    parts, today = found.groupdict(), scene.today
    if parts["some"]:
        return Reading(_stretch(today + ONE_DAY * 3, today + ONE_DAY * 7))
    if parts["these"]:
        return Reading(_stretch(today, today + ONE_DAY * 2))
    word, unit = parts["count"] or parts["over"], parts["unit"] or parts["what"]
    back = -1 if parts["side"] == "前" else 1
    if word == "半":
        steps = 15 if unit == "月" else 0
    elif unit == "月":
        year, month = months_later(today.year, today.month, back * number(word))
        there = date(year, month, min(today.day, last_of_month(year, month).day)) if 1 < year < 9999 else date.max
        steps = abs((there - today).days)
    else:
        steps = number(word) * (1 if unit in "天日" else 7)
    if not 0 < steps <= FARTHEST:
        return None
    day = today + ONE_DAY * steps * back
    # 过两天 is said of about two days
    return Reading((day, day + ONE_DAY) if parts["over"] in ("两", "2", "二") and unit == "天" else (day,))


# 今天, 明儿个, 大后天, 后个儿, 明后天

_RELATIVE = re.compile(
    r"(?P<pair>今明后|明后|今明)[天日两三]{1,2}|(?P<word>大大后|大后|后|明|今|大前|前|昨)(?:天|儿个?|个儿|日(?![本子]))"
    r"|(?P<night>夜)(?:儿个|个儿)|(?P<short>今|明|昨)(?=[早晚]|[上下中]午)"
)
_OFFSETS = {"今": 0, "明": 1, "后": 2, "大后": 3, "大大后": 4, "昨": -1, "夜": -1, "前": -2, "大前": -3}


def _read_relative(found: re.Match[str], scene: _Scene) -> Reading | None:
    words = list(found["pair"] or "") or [found["word"] or found["night"] or found["short"]]
    return Reading(tuple(scene.today + ONE_DAY * _OFFSETS[word] for word in words))


# 5号, 5号到8号, 12.5, 12-5

_DAY_ONLY = re.compile(rf"{FRESH}(?P<day>{DAY})(?:[号日](?![常游语本子报元])|(?=(?:{TO}|[、和或]){DAY}号)){_LISTED}")
_SHORT = re.compile(
    r"(?:^|(?<=[\x02,;。 (约到在去来好的]))(?P<month>1[0-2]|0?[1-9])(?P<sep>[-./])(?P<day>[0-3]?[0-9])"
    r"(?=$|[\x02,;。!?) ]|[号日周早晚去来办约有能可行那到的和或吧吗]|[上下中]午|星期|礼拜|预约)[号日]?"
)


def _read_day_only(found: re.Match[str], scene: _Scene) -> Reading | None:
    """The next month that has this day not yet over; this month's when the words tell of the past."""
    day, today = number(found["day"]), scene.today
    if not 1 <= day <= 31:
        return None
    if scene.tells_past and day < today.day:
        return _and_more(Reading((today.replace(day=day),)), found["more"])
    months = (months_later(today.year, today.month, step) for step in range(3))
    days: Iterator[date] = (there for month in months if (there := day_or_none(*month, day)) and there >= today)
    return _and_more(Reading((next(days),)), found["more"])


def _read_short(found: re.Match[str], scene: _Scene) -> Reading | None:
    return _next_of_year(int(found["month"]), int(found["day"]), scene) if int(found["day"]) else None


_YEAR_ONLY = re.compile(rf"(?P<year>{YEAR})")


def _read_year(found: re.Match[str], scene: _Scene) -> Reading | None:
    year = year_of(found["year"], scene.today)
    if year < scene.today.year:
        return Reading(is_past=True)
    return Reading(note=f"{year}年的话，请再说一下几月几号。") if year > scene.today.year else None


def _read_feast(found: re.Match[str], scene: _Scene) -> Reading | None:
    return _from_lunar(read_feast(found, scene.today), scene)


def _read_lunar(found: re.Match[str], scene: _Scene) -> Reading | None:
    return _from_lunar(read_lunar(found, scene.today), scene)


def _from_lunar(read: LunarDays | None, scene: _Scene) -> Reading | None:
    return Reading(_ahead(read.first, read.last, scene.today), read.note) if read else None


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (LUNAR, _read_lunar),
    (FEAST, _read_feast),
    (_FULL, _read_full),
    (_MONTH_DAY, _read_month_day),
    (_LATER, _read_later),
    (_MONTH_PART, _read_month_part),
    (_YEAR_PART, _read_year_part),
    (_WEEKDAYS, _read_weekdays),
    (_WEEKS, _read_week),
    (_RELATIVE, _read_relative),
    (_DAY_ONLY, _read_day_only),
    (_SHORT, _read_short),
    (_YEAR_ONLY, _read_year),
)
