"""The time of day in a sentence: 上午, 下午3点半, 九点一刻, 9点到11点, 差十分三点, 15:30."""

import re
from datetime import time
from typing import NamedTuple

from bot.date_words import DIGITS, NUMERALS, READ, TO, moved_at, number, refused

DAY_END = time(23, 59)

# Half a day as people here divide it; 头晌 过晌 晌午 are what north-eastern speech calls 上午 下午 中午.
HALVES = {
    "凌晨": (time(0), time(6)),
    "早上": (time(0), time(10)),
    "上午": (time(0), time(12)),
    "中午": (time(11), time(14)),
    "下午": (time(12), time(18)),
    "傍晚": (time(17), time(20)),
    "晚上": (time(18), DAY_END),
}
_SPELLINGS = {
    "凌晨": "凌晨|半夜|后半夜",
    "早上": "大清早|清早|清晨|早上|早晨|早起|一早|早饭后|明早|今早",
    "上午": "上半晌|头半晌|头晌|前晌|头午|上午|午前",
    "中午": "晌午头|晌午|中午|正午|午间",
    "下午": "下半晌|后半晌|过晌|后晌|下晌|午后|下午",
    "傍晚": "傍晚|傍黑",
    "晚上": "晚上|夜里|夜间|晚间|今晚|明晚|昨晚",
}
_HALF_OF = {word: half for half, words in _SPELLINGS.items() for word in words.split("|")}
_HALF_WORD = "|".join(sorted(_HALF_OF, key=len, reverse=True))
_SHORT_HALF = rf"早(?=[6-9六七八九十])|晚(?=[5-9五六七八九十])|(?<={READ})早|(?<={READ})晚"

_HOUR = r"(?:[01]?[0-9]|2[0-3]|十[一二]?|[一二两三四五六七八九零])"
_FEW = rf"(?:[1-9]|[{DIGITS[1:]}]|[二三四五]?十[{DIGITS[1:]}]?|[1-5][0-9])"
_NO_MINUTE = r"(?![0-9个万亿千百元块%成倍折岁天号月日年.])"
_MINUTE = (
    rf"(?:半|[一三]刻|[0-5][0-9]分?{_NO_MINUTE}|零?{_FEW}分|[零〇][{DIGITS[1:]}]"
    rf"|[二三四五]?十[{DIGITS[1:]}]?{_NO_MINUTE})"
)
_HALF = rf"(?:(?P<half%s>{_HALF_WORD}|{_SHORT_HALF})的?)?"
_SHORT = rf"(?:差(?P<short%s>一刻|{_FEW}分?)(?:不到)?)?"
_CLOCK = (
    rf"{_HALF}{_SHORT}(?:(?P<h%s>{_HOUR})(?:点钟?|时(?![候间限效常代段]))(?P<m%s>{_MINUTE})?整?(?:差(?P<less%s>一刻|{_FEW}分))?"
    r"|(?P<hh%s>[01]?[0-9]|2[0-3]):(?P<mm%s>[0-5][0-9])(?::[0-5][0-9])?)"
)


def _clock(mark: str) -> str:
    return _CLOCK.replace("%s", mark)


_BEFORE = rf"(?<![{NUMERALS}百千万第.:])"
_AFTER = r"(?![0-9:])"
_RANGE = re.compile(
    rf"{_BEFORE}(?:{_clock('1')}|(?:(?P<half0>{_HALF_WORD})的?)?(?P<h0>{_HOUR})){TO}{_clock('2')}{_AFTER}"
    rf"|{_BEFORE}(?P<half3>{_HALF_WORD})(?P<h3>{_HOUR}){TO}(?P<h4>{_HOUR})(?![{NUMERALS}{READ}月日号.])"
)
_POINT = re.compile(rf"{_BEFORE}{_clock('1')}{_AFTER}")
_DOTTED = re.compile(rf"(?P<half1>{_HALF_WORD})(?P<hh1>[01]?[0-9])\.(?P<mm1>[0-5][0-9])(?![0-9])")
_HALF_ALONE = re.compile(rf"{_HALF_WORD}|(?<={READ})[早晚](?!点|一点|些)")

_A_POINT_MADE = re.compile(
    r"(?:的)?(?:建议|意见|问题|疑问|疑惑|要求|想法|看法|说明|不明白|不懂|不清楚|不同|理由|原因|内容|情况|体会|优惠|好处|击|评|名|餐|赞|儿|小"
    r"|也|都不|都没|没|钱|心|事|:|,?第一|,?首先|个)"
    rf"|[{NUMERALS}]+(?:个|万|亿|千|百|元|块|%|成|倍|折|%)"
)
_LISTED = re.compile(r"[第提说讲这那几下以上列有哪每差快早晚多少了]$")
_CLOCKLIKE = re.compile(
    r"的?(?:号|钟|左右|来钟|多|前|后|之前|之后|以前|以后|到|至|来|去|行|可以|能|吧|吗|呢|办|约|方便|[,。!?;]|$)"
)
_BEFORE_ONE = re.compile(rf"(?:^|[{READ},。;!?约在到成改是]|周[一-日天])$")


class Hours(NamedTuple):
    """A point has a start only; a half-day or range has both ends. Spans are offsets in the text read."""

    start: time | None
    end: time | None
    spans: tuple[tuple[int, int], ...]


def read_hours(text: str) -> Hours:
    """The time said in a text whose days have been overwritten with `READ`. Pure; nothing said gives empty spans."""
    moved = moved_at(text)
    halves = _wanted(text, list(_HALF_ALONE.finditer(text)), moved)
    ranges = _wanted(text, [found for found in _RANGE.finditer(text) if _is_clock(text, found)], moved)
    hint = _half_word(halves[0].group()) if halves else None
    if ranges:
        return _as_range(ranges[0], hint)
    points = [*_DOTTED.finditer(text), *(found for found in _POINT.finditer(text) if _is_clock(text, found))]
    points = _wanted(text, points, moved)
    if points:
        return _as_point(text, points[0], hint)
    if not halves:
        return Hours(None, None, ())
    bounds = [HALVES[_half_word(found.group()) or "上午"] for found in halves]
    return Hours(
        min(start for start, _ in bounds), max(end for _, end in bounds), tuple(found.span() for found in halves)
    )


def _wanted(text: str, found: list[re.Match[str]], moved: int) -> list[re.Match[str]]:
    """Without the ones refused, and only those behind 「改到」 when there are any."""
    kept = [one for one in found if not refused(text, *one.span())]
    behind = [one for one in kept if one.start() >= moved]
    return behind or kept


def _half_word(word: str | None) -> str | None:
    return {"早": "早上", "晚": "晚上"}.get(word, _HALF_OF.get(word)) if word else None


def _is_clock(text: str, found: re.Match[str]) -> bool:
    """三点不明白, 有一点, 便宜一点, 早点: a point made or a little more, and no time of day."""
    parts = found.groupdict()
    if any(parts.get(name) for name in ("hh1", "hh2", "m1", "m2", "short1", "short2", "less1", "half3")):
        return True
    if _A_POINT_MADE.match(text, found.end()):
        return False
    if "2" in "".join(name for name, value in parts.items() if value):
        return True
    hour, half, before = parts.get("h1"), parts.get("half1"), text[max(0, found.start() - 2) : found.start()]
    follows = _CLOCKLIKE.match(text, found.end())
    if hour == "一" and not (half and len(half) > 1):
        return bool(follows and _BEFORE_ONE.search(before))
    return bool(half or not _LISTED.search(before) or (follows and before.endswith("有")))


def _as_point(text: str, found: re.Match[str], hint: str | None) -> Hours:
    at = _time(found, "1", hint)
    if after := re.compile(r"钟?(?:之后|以后|后(?!天))").match(text, found.end()):
        return Hours(at, DAY_END, ((found.start(), after.end()),))
    if at > time(0) and (before := re.compile(r"钟?(?:之前|以前|前(?!台|天|面|几))").match(text, found.end())):
        return Hours(time(0), at, ((found.start(), before.end()),))
    return Hours(at, None, (found.span(),))


def _as_range(found: re.Match[str], hint: str | None) -> Hours:
    parts = found.groupdict()
    if parts["half3"]:
        half = _half_word(parts["half3"])
        start, end = _at_office(number(parts["h3"]), half), _at_office(number(parts["h4"]), half)
    else:
        half = _half_word(parts["half1"] or parts["half0"]) or hint
        start = _at_office(number(parts["h0"]), half) if parts["h0"] else _time(found, "1", half)
        end = _time(found, "2", half)
    if end <= start and end.hour < 12:
        end = end.replace(hour=end.hour + 12)
    return Hours(start, end, (found.span(),)) if start < end else Hours(start, None, (found.span(),))


def _time(found: re.Match[str], mark: str, hint: str | None) -> time:
    parts = found.groupdict()
    half = _half_word(parts.get(f"half{mark}")) or hint
    if parts.get(f"hh{mark}"):
        written = parts[f"hh{mark}"]
        at = _at_office(int(written), "凌晨" if written.startswith("0") and not half else half)
        return at.replace(minute=int(parts[f"mm{mark}"]))
    at = _at_office(number(parts[f"h{mark}"]), half)
    minute = _minutes(parts.get(f"m{mark}"))
    minute -= _minutes(parts.get(f"short{mark}")) + _minutes(parts.get(f"less{mark}"))
    total = max(0, at.hour * 60 + minute)
    return time(total // 60, total % 60)


def _minutes(word: str | None) -> int:
    """半 30, 一刻 15, 三刻 45, 零五分 5."""
    if not word:
        return 0
    if word == "半":
        return 30
    if word.endswith("刻"):
        return number(word[0]) * 15
    return number(word.removesuffix("分"))


def _at_office(hour: int, half: str | None) -> time:
    """An office is open from eight to six: a bare 1–7 is after noon, unless the half of the day is said."""
    if half in ("凌晨", "早上", "上午"):
        return time(0 if hour == 12 and half == "凌晨" else hour)
    if half == "晚上" and hour == 12:
        return time(23)
    if half in ("下午", "傍晚", "晚上"):
        return time(hour + 12 if hour < 12 else hour)
    return time(hour + 12 if 1 <= hour <= 7 else hour)
