"""Which day a tax question is about: that of the transaction, since rules change with it. Looks both ways.

A citizen says 2022年, 去年, 12月买车, 上个月那笔. A document number (2022年第15号) and a duration (满2年) are none.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.date_words import (
    COUNT,
    DAY,
    DIGITS,
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
    number,
    part_of_month,
    spell,
    year_of,
)

ONE_DAY = timedelta(days=1)
OLDEST, LATEST = 1980, 2099  # years outside are something else than a transaction


@dataclass(frozen=True)
class BusinessDay:
    """The period said, both ends included, and `day`, the day in it nearest to today, by which a rule is chosen.

    So `day` is the day itself when one was said, today for a period that is running, the last day of one that is over
    and the first day of one to come. `said`: the words read, in one spelling.
    """

    start: date
    end: date
    day: date
    said: str


class _Period(NamedTuple):
    start: date
    end: date


class _Scene(NamedTuple):
    today: date
    tells_past: bool
    tells_future: bool


class _Found(NamedTuple):
    at: int
    end: int
    period: _Period


_Reader = Callable[[re.Match[str], _Scene], _Period | None]

_TELLS_PAST = re.compile(
    r"(?:买|卖|缴|交|开|签|领|办|退|付|收|取得|成立|注册|登记|生|雇|招|租|发生|转让|购|申报|报|过户|上牌|入账|到账|租|挣|卖出|销售)"
    r"(?:了(?!解)|过(?!户)|的(?!话|时候|时|税))|那笔|当时|那时|那会|已经|上次|当初|之前的|以前的|欠的|漏"
)
_TELLS_FUTURE = re.compile(r"打算|准备|计划|想买|想卖|想开|要买|要卖|预计|将要|将来|以后要")


def read_business_day(text: str, today: date) -> BusinessDay | None:
    """The day of the transaction a question is about, None when none is said (today is then the day that matters).

    A month without a year is the nearest one, unless the words tell of the past (买了, 那笔) or of a plan. Of a
    purchase and a later sale the sale counts: it is the sale that is taxed. Never raises.
    """
    plain = spell(text)
    scene = _Scene(today, bool(_TELLS_PAST.search(plain)), bool(_TELLS_FUTURE.search(plain)))
    found = _all_periods(plain, scene)
    chosen = _chosen(plain, found)
    if chosen is None:
        return None
    start, end = chosen.period
    return BusinessDay(start, end, min(max(today, start), end), plain[chosen.at : chosen.end].rstrip("的"))


def _all_periods(plain: str, scene: _Scene) -> list[_Found]:
    found: list[_Found] = []
    rest = plain
    for pattern, reader in _READERS:
        for match in list(pattern.finditer(rest)):
            period = reader(match, scene)
            if period and OLDEST <= period.start.year <= period.end.year <= LATEST:
                rest = rest[: match.start()] + READ * len(match.group()) + rest[match.end() :]
                found.append(_Found(match.start(), match.end(), period))
    return [_with_side(plain, one, scene.today) for one in _joined(plain, sorted(found))]


_BETWEEN = re.compile(rf"(?:{TO}|、|和)")


def _joined(plain: str, found: list[_Found]) -> list[_Found]:
    """「2022年1月到6月」, 「2022到2023年」: two periods with 到 between are one."""
    joined: list[_Found] = []
    for one in found:
        before = joined[-1] if joined else None
        both = _both(plain, before, one) if before and _BETWEEN.fullmatch(plain, before.end, one.at) else None
        if both:
            joined[-1] = both
        else:
            joined.append(one)
    return joined


def _both(plain: str, before: _Found, one: _Found) -> _Found | None:
    """From the first day of one period to the last of the other; a year said once is the year of both."""
    first, last = before.period, one.period
    if "年" not in plain[one.at : one.end]:
        if "年" in plain[before.at : before.end]:
            last = _in_year(last, first.end.year)
            last = last if last.start >= first.start else _in_year(last, last.start.year + 1)
        elif first.start > last.start:
            first = _in_year(first, last.start.year)
    return _Found(before.at, one.end, _Period(first.start, last.end)) if first.start <= last.end else None


def _in_year(period: _Period, year: int) -> _Period:
    """The same days of another year; the end of February stays its end."""
    start, end = (day_or_none(year, day.month, day.day) or last_of_month(year, day.month) for day in period)
    return _Period(start, last_of_month(year, 2) if period.end == last_of_month(period.end.year, 2) else end)


_UNTIL_NOW = re.compile(rf"(?:以来|至今|(?:开始|起)?一?直?{TO}(?:现在|今天|目前|今))")
_BEFORE = re.compile(r"(?:之前|以前|前(?![面往几]))")
_AFTER = re.compile(r"(?:之后|以后|过后|后(?![来面]))")


def _with_side(plain: str, found: _Found, today: date) -> _Found:
    """「2022年到现在」 ends today; 「2027年底前」 is from now till then, 「2027年以后」 the year behind it."""
    at, end, (first, last) = found
    if (side := _UNTIL_NOW.match(plain, end)) and first <= today:
        return _Found(at, side.end(), _Period(first, today))
    if last < today:
        return found
    if side := _BEFORE.match(plain, end):
        return _Found(at, side.end(), _Period(min(today, first), last))
    if side := _AFTER.match(plain, end):
        return _Found(at, side.end(), _Period(last + ONE_DAY, last + ONE_DAY * 365))
    return found


_SOLD = re.compile(r"[^,。?!;\x02]{0,8}?(?:卖|出售|转让|过户|出手)")
_BOUGHT_HOME = re.compile(r"[^,。?!;]{0,6}?[买购][^,。?!;]{0,8}?(?:房|楼|铺|商品房)")
_SOLD_LATER = re.compile(r"卖|出售|转让|出手")


def _chosen(plain: str, found: list[_Found]) -> _Found | None:
    """The day of a sale if one is said beside a purchase, else the first day said.

    「2022年买的房，现在卖」 asks about a sale today, so the day of the purchase alone is no answer.
    """
    for index, one in enumerate(found):
        until = found[index + 1].at if index + 1 < len(found) else len(plain)
        if _BOUGHT_HOME.match(plain, one.end, until):
            continue
        if index == 0 or _SOLD.match(plain, one.end, until):
            return one
    if found and _BOUGHT_HOME.match(plain, found[0].end) and _SOLD_LATER.search(plain, found[0].end):
        return found[1] if len(found) > 1 else None
    return found[0] if found else None


# 2022年5月3日, 12月5号, 上个月5号, 20220503

_DAY_TAIL = rf"(?:[日号]|(?![{NUMERALS}{UNITS}月]))"
_MONTH_WORDS = r"下下个?月|下个?月|这个?月|本月|当月|上上个?月|上个?月"
_DATE = re.compile(
    rf"(?:(?P<year>{YEAR})?{FRESH}(?P<month>{MONTH})月份?|(?P<spoken>{_MONTH_WORDS}))的?(?P<day>{DAY}){_DAY_TAIL}"
    r"|(?<![0-9])(?P<y>(?:19|20)[0-9]{2})(?P<sep>[-/.])(?P<m>[0-9]{1,2})(?P=sep)(?P<d>[0-9]{1,2})(?![0-9])"
    r"|(?<![0-9])(?P<yy>(?:19|20)[0-9]{2})(?P<mm>[01][0-9])(?P<dd>[0-3][0-9])(?![0-9])"
)


def _read_date(found: re.Match[str], scene: _Scene) -> _Period | None:
    parts, today = found.groupdict(), scene.today
    if written := parts["y"] or parts["yy"]:
        return _one(day_or_none(int(written), int(parts["m"] or parts["mm"]), int(parts["d"] or parts["dd"])))
    day = number(parts["day"])
    if parts["spoken"]:
        return _one(day_or_none(*_spoken_month(parts["spoken"], today), day))
    month = number(parts["month"])
    if parts["year"]:
        return _one(day_or_none(year_of(parts["year"], today), month, day))
    days = (day_or_none(today.year + step, month, day) for step in (-1, 0, 1))
    return _nearest([_Period(there, there) for there in days if there], scene)


def _one(day: date | None) -> _Period | None:
    return _Period(day, day) if day else None


def _spoken_month(word: str, today: date) -> tuple[int, int]:
    return months_later(today.year, today.month, word.count("下") - word.count("上"))


def _nearest(periods: list[_Period], scene: _Scene) -> _Period | None:
    """Of the same month in several years: the last that has begun for a tale, the next for a plan, else the nearest."""
    today = scene.today
    if scene.tells_past:
        return max((one for one in periods if one.start <= today), default=None)
    if scene.tells_future:
        return min((one for one in periods if one.end >= today), default=None)
    return min(periods, key=lambda one: max(one.start - today, today - one.end, timedelta(0)), default=None)


# 2022年5月, 12月, 上个月, 2022-05, 202205

_MONTH_RE = re.compile(
    rf"(?:(?P<year>{YEAR})?(?:农历)?{FRESH}(?P<month>{MONTH})月份?|(?P<spoken>{_MONTH_WORDS}))(?P<part>上旬|中旬|下旬|初|底|末)?"
    rf"(?!份?(?:卖[0-9{DIGITS}]|销售|收入|工资|租金))"
    r"|(?<![0-9.-])(?P<y>20[0-9]{2})[-/.](?P<m>0?[1-9]|1[0-2])(?![0-9.%-])|(?<![0-9.])(?P<yy>20[0-9]{2})(?P<mm>0[1-9]|1[0-2])(?![0-9.元万号])"
)


def _read_month(found: re.Match[str], scene: _Scene) -> _Period | None:
    parts, today = found.groupdict(), scene.today
    if written := parts["y"] or parts["yy"]:
        return _month(int(written), int(parts["m"] or parts["mm"]))
    if parts["spoken"]:
        return _month(*_spoken_month(parts["spoken"], today), parts["part"])
    month = number(parts["month"])
    if not 1 <= month <= 12:
        return None
    if parts["year"]:
        return _month(year_of(parts["year"], today), month, parts["part"])
    return _nearest([_month(today.year + step, month, parts["part"]) for step in (-1, 0, 1)], scene)


def _month(year: int, month: int, part: str | None = None) -> _Period:
    return _Period(*part_of_month(year, month, part))


# 2022年, 去年底, 上半年, 第四季度, 2022年度

_SEASON = r"(?P<season>[上下]半年|第?[一二三四1-4]季(?:度|(?![稻节])))"
_YEARS = re.compile(
    rf"(?P<year>{YEAR})(?:年?(?P<part>底|末|初)|{_SEASON})?"
    rf"|(?<![{NUMERALS}年])(?P<bare>年底|年末|年初)|{_SEASON.replace('season', 'lone')}"
    r"|(?P<quarter>上个?|这个?|本|下个?)季度"
    r"|(?<![0-9.-])(?P<four>20[0-4][0-9])(?=[到至~、和的那买卖缴交开免税增])"
)
_ROUND_YEARS = re.compile(r"(?:10|15|20|30)年$")
_DATED = re.compile(
    r"年?[0-9一二三四五六七八九十]+月|年?[上下]半|年?第?[一二三四1-4]季|年?[底末初]|的?(?:时候|那|买|卖|缴|交|开)"
)


def _read_years(found: re.Match[str], scene: _Scene) -> _Period | None:
    parts, today = found.groupdict(), scene.today
    if parts["quarter"]:
        step = 3 * (parts["quarter"].count("下") - parts["quarter"].count("上"))
        year, month = months_later(today.year, (today.month - 1) // 3 * 3 + 1, step)
        return _months(year, month, month + 2)
    if parts["lone"]:
        return _season_without_year(parts["lone"], scene)
    if parts["bare"]:
        is_late = parts["bare"] != "年初" and scene.tells_past and today.month < 12
        return _month(today.year - is_late, 1 if parts["bare"] == "年初" else 12)
    if parts["four"]:
        return _months(int(parts["four"]), 1, 12)
    if _ROUND_YEARS.match(parts["year"]) and not _DATED.match(found.string, found.end("year")):
        return None
    year = year_of(parts["year"], today)
    if re.match(r"[0-9]{2}年", parts["year"]) and not today.year - 20 <= year <= today.year + 5:
        return None
    if parts["part"]:
        return _month(year, 1 if parts["part"] == "初" else 12)
    return _season(year, parts["season"]) if parts["season"] else _months(year, 1, 12)


def _months(year: int, first: int, last: int) -> _Period:
    return _Period(date(year, first, 1), last_of_month(year, last))


def _season(year: int, word: str) -> _Period:
    if word.endswith("半年"):
        return _months(year, 1, 6) if word.startswith("上") else _months(year, 7, 12)
    quarter = number(word.strip("第季度"))
    return _months(year, quarter * 3 - 2, quarter * 3)


def _season_without_year(word: str, scene: _Scene) -> _Period:
    """A half-year is this year's; a quarter the last one that has begun, as declarations look back. A plan looks on."""
    this = _season(scene.today.year, word)
    if scene.tells_future and this.end < scene.today:
        return _season(scene.today.year + 1, word)
    looks_back = scene.tells_past or not word.endswith("半年")
    return _season(scene.today.year - 1, word) if looks_back and this.start > scene.today else this


# 3年前, 半年前, 昨天, 上周

_AGO = re.compile(rf"{FRESH}(?P<count>{COUNT})(?P<unit>年|个月|天)多?(?:之|以)?(?P<side>前|后)")
_WORDS = re.compile(
    r"(?P<day>大前天|前天|昨[天日儿]|今[天日儿]|明[天日儿]|大后天|后天)|(?P<week>上上|上|这|本|下)个?(?:周|星期|礼拜)"
)
_DAY_OFFSETS = {"大前": -3, "前": -2, "昨": -1, "今": 0, "明": 1, "后": 2, "大后": 3}


def _read_ago(found: re.Match[str], scene: _Scene) -> _Period | None:
    """3年前 is that whole year, 两个月前 that month, 三天前 that day."""
    word, unit, today = found["count"], found["unit"], scene.today
    sign = -1 if found["side"] == "前" else 1
    if word == "半":
        return _month(*months_later(today.year, today.month, sign * 6)) if unit == "年" else None
    count = number(word)
    if unit == "天":
        return _one(today + ONE_DAY * sign * count)
    if unit == "个月":
        return _month(*months_later(today.year, today.month, sign * count)) if count <= 120 else None
    return _months(today.year + sign * count, 1, 12) if 1 <= count <= 40 else None


def _read_words(found: re.Match[str], scene: _Scene) -> _Period | None:
    if found["day"]:
        return _one(scene.today + ONE_DAY * _DAY_OFFSETS[found["day"][:-1]])
    weeks = found["week"].count("下") - found["week"].count("上")
    monday = scene.today - ONE_DAY * scene.today.weekday() + timedelta(weeks=weeks)
    return _Period(monday, monday + ONE_DAY * 6)


_READERS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (_DATE, _read_date),
    (_AGO, _read_ago),
    (_MONTH_RE, _read_month),
    (_YEARS, _read_years),
    (_WORDS, _read_words),
)
