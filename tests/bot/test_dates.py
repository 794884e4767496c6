from datetime import date, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.dates import When, read_when
from tests.bot.written import TODAY, day, days, hours

WEEKDAYS = "一二三四五六日"


RELATIVE = [
    ("今天", "11-23"),
    ("今儿", "11-23"),
    ("今儿个能办吗", "11-23"),
    ("今日", "11-23"),
    ("明天", "11-24"),
    ("明儿", "11-24"),
    ("明儿个", "11-24"),
    ("明日", "11-24"),
    ("后天", "11-25"),
    ("後天", "11-25"),
    ("后儿个", "11-25"),
    ("后个儿", "11-25"),
    ("大后天", "11-26"),
    ("大后儿个", "11-26"),
    ("大大后天", "11-27"),
    ("明后天都可以", "11-24 11-25"),
    ("今明两天", "11-23 11-24"),
    ("3天后", "11-26"),
    ("三天以后", "11-26"),
    ("十天之后", "12-03"),
    ("过3天", "11-26"),
    ("过两天", "11-25 11-26"),
    ("过几天", "11-26..11-30"),
    ("这两天", "11-23..11-25"),
    ("一周后", "11-30"),
    ("两个星期以后", "12-07"),
    ("一个月后", "12-23"),
    ("半个月后", "12-08"),
]
WEEKS = [
    ("周一", "11-23"),
    ("周三", "11-25"),
    ("星期三", "11-25"),
    ("礼拜三", "11-25"),
    ("週三", "11-25"),
    ("周3", "11-25"),
    ("周日", "11-29"),
    ("周天", "11-29"),
    ("礼拜天", "11-29"),
    ("这周三", "11-25"),
    ("本周三", "11-25"),
    ("这个星期三", "11-25"),
    ("下周三", "12-02"),
    ("下週三", "12-02"),
    ("下个星期三", "12-02"),
    ("下礼拜天", "12-06"),
    ("下个礼拜一", "11-30"),
    ("下一周周五", "12-04"),
    ("下周的周三", "12-02"),
    ("下下周三", "12-09"),
    ("下 周 三", "12-02"),
    ("下周", "11-30..12-06"),
    ("下星期", "11-30..12-06"),
    ("下礼拜", "11-30..12-06"),
    ("这周", "11-23..11-29"),
    ("周末", "11-28 11-29"),
    ("下周末", "12-05 12-06"),
    ("周六日", "11-28 11-29"),
    ("周三或周四", "11-25 11-26"),
    ("周四行不行", "11-26"),
    ("周四方便不方便", "11-26"),
    ("周三、周五", "11-25 11-27"),
    ("下周三或周四", "12-02 12-03"),
    ("下周三或者四", "12-02 12-03"),
    ("下周一到周三", "11-30 12-01 12-02"),
    ("下周一至三", "11-30 12-01 12-02"),
    ("周一到周五", "11-23..11-27"),
    ("周五到下周一", "11-27 11-30"),
    ("这周五或下周一", "11-27 11-30"),
    ("周三之前", "11-23..11-25"),
    ("周五以后", "11-28..12-04"),
]
MONTHS = [
    ("25号", "11-25"),
    ("二十五号", "11-25"),
    ("廿五号", "11-25"),
    ("23号", "11-23"),
    ("5号", "12-05"),
    ("5日", "12-05"),
    ("５号", "12-05"),
    ("五號", "12-05"),
    ("31号", "12-31"),
    ("12月5日", "12-05"),
    ("12月5号", "12-05"),
    ("12 月 5 日", "12-05"),
    ("十二月五号", "12-05"),
    ("12月5", "12-05"),
    ("12.5", "12-05"),
    ("12-5", "12-05"),
    ("12/5", "12-05"),
    ("约12.5号行吗", "12-05"),
    ("2026-12-05", "12-05"),
    ("2026/12/5", "12-05"),
    ("2026.12.5", "12-05"),
    ("2026年12月5日", "12-05"),
    ("２０２６年１２月５日", "12-05"),
    ("二零二六年十二月五日", "12-05"),
    ("20261205", "12-05"),
    ("26年12月5号", "12-05"),
    ("明年3月5号", "03-05"),
    ("3月5日", "03-05"),
    ("下个月5号", "12-05"),
    ("下下个月5号", "01-05"),
    ("这个月30号", "11-30"),
    ("本月28日", "11-28"),
    ("5号或6号", "12-05 12-06"),
    ("5、6号", "12-05 12-06"),
    ("5-6号", "12-05 12-06"),
    ("5号到8号", "12-05..12-08"),
    ("28号到2号", "11-28..12-02"),
    ("12月5日到8日", "12-05..12-08"),
    ("12月30日至1月2日", "12-30..01-02"),
    ("5号之前", "11-23..12-05"),
    ("月底", "11-26..11-30"),
    ("月末", "11-26..11-30"),
    ("月初", "12-01..12-05"),
    ("月中", "12-13..12-17"),
    ("下个月初", "12-01..12-05"),
    ("下月底", "12-27..12-31"),
    ("12月上旬", "12-01..12-10"),
    ("十二月中旬", "12-11..12-20"),
    ("12月下旬", "12-21..12-31"),
    ("12月", "12-01..12-31"),
    ("12月份", "12-01..12-31"),
    ("下个月", "12-01..12-31"),
    ("这个月", "11-23..11-30"),
    ("2027年2月", "02-01..02-28"),
    ("年底", "12-22..12-31"),
    ("今年年底", "12-22..12-31"),
    ("年初", "01-01..01-10"),
    ("明年初", "01-01..01-10"),
]


@pytest.mark.parametrize(("said", "expected"), RELATIVE + WEEKS + MONTHS)
def test_when_reads_the_days(said: str, expected: str) -> None:
    when = read_when(said, TODAY)
    assert when.days == days(expected)
    assert (when.start, when.end, when.is_past, when.any) == (None, None, False, False)


TOGETHER = [
    ("我想下周三上午预约办营业执照", "12-02", "0:00-12:00"),
    ("下周三下午3点", "12-02", "15:00"),
    ("大后天3点", "11-26", "15:00"),
    ("后个儿头晌", "11-25", "0:00-12:00"),
    ("明早9点", "11-24", "9:00"),
    ("明天一早", "11-24", "0:00-10:00"),
    ("明晚", "11-24", "18:00-23:59"),
    ("明天上午10点半", "11-24", "10:30"),
    ("周一一点", "11-23", "13:00"),
    ("周三三点", "11-25", "15:00"),
    ("下周三 9点到10点", "12-02", "9:00-10:00"),
    ("5号9点40", "12-05", "9:40"),
    ("9点 25号", "11-25", "9:00"),
    ("2026-12-05 15:30", "12-05", "15:30"),
    ("12/5 9:00-10:00", "12-05", "9:00-10:00"),
    ("12.5下午", "12-05", "12:00-18:00"),
    ("十二月五号三点", "12-05", "15:00"),
    ("20261205上午", "12-05", "0:00-12:00"),
    ("王小明 13800000001 下周三上午10点", "12-02", "10:00"),
    ("周三不行，周四上午", "11-26", "0:00-12:00"),
    ("不要周三，周四下午吧", "11-26", "12:00-18:00"),
    ("下周三不行，周四上午", "12-03", "0:00-12:00"),
    ("从周三上午改到周四下午", "11-26", "12:00-18:00"),
    ("改成5号，3点", "12-05", "15:00"),
    ("我叫周一鸣，周三上午来", "11-25", "0:00-12:00"),
    ("3号窗口周三能办吗，下午", "11-25", "12:00-18:00"),
    ("元旦后第一个上午", "01-02..01-15", "0:00-12:00"),
]


@pytest.mark.parametrize(("said", "day_said", "time_said"), TOGETHER)
def test_when_reads_day_and_time_together(said: str, day_said: str, time_said: str) -> None:
    when = read_when(said, TODAY)
    assert (when.days, when.start, when.end) == (days(day_said), *hours(time_said))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("昨天", "11-22"),
        ("昨儿", "11-22"),
        ("前天", "11-21"),
        ("大前天", "11-20"),
        ("上周三", "11-18"),
        ("上个礼拜五", "11-20"),
        ("上个月5号", "2026-10-05"),
        ("3天前", "11-20"),
        ("2026年11月3日", "11-03"),
        ("2025-12-05", "2025-12-05"),
        ("刚才说的11月3日", "11-03"),
        ("上次5号", "11-05"),
        ("去年12月5日", "2025-12-05"),
        ("去年", ""),
        ("2022年", ""),
    ],
)
def test_when_says_that_the_day_is_past(said: str, expected: str) -> None:
    when = read_when(said, TODAY)
    assert (when.days, when.is_past, bool(when)) == (days(expected), True, True)


@pytest.mark.parametrize(
    "said", ["随便", "都行", "哪天都行", "最近", "最快", "尽快", "越快越好", "什么时候都可以", "隨便"]
)
def test_when_knows_that_any_day_will_do(said: str) -> None:
    when = read_when(said, TODAY)
    assert (when.any, when.days, bool(when)) == (True, (), True)


def test_when_any_day_keeps_the_half_day() -> None:
    assert read_when("上午都行", TODAY) == When(start=time(0), end=time(12), any=True, said="上午都行")
    assert read_when("下周都行", TODAY).any is False


@pytest.mark.parametrize(
    ("said", "note"),
    [
        ("2月30日", "2月没有30日，请换一天。"),
        ("11月31号", "11月没有31日，请换一天。"),
        ("2027年2月29日", "2027年2月没有29日，请换一天。"),
        ("13月5日", "一年没有13月，请换一天。"),
        ("腊月", "农历腊月是公历2027年1月8日（周五）到2月5日（周五）。"),
        ("腊月初八上午", "农历腊月初八是2027年1月15日（周五）。"),
        ("春节后", "春节是2027年2月6日（周六）。"),
        ("11月3日", "今年11月3日已经过了，按2027年11月3日（周三）算。"),
        ("1月5日", ""),
        ("大年初八", "正月初八是2027年2月13日（周六）。"),
        ("明年", "2027年的话，请再说一下几月几号。"),
        ("下周三", ""),
    ],
)
def test_when_explains_a_reading_that_needs_it(said: str, note: str) -> None:
    assert read_when(said, TODAY).note == note


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("我想下周三上午预约", "下周三上午"),
        ("下週三，上午9點", "下周三 上午9点"),
        ("都行", "都行"),
        ("你好", ""),
    ],
)
def test_when_keeps_the_words_it_read(said: str, words: str) -> None:
    assert read_when(said, TODAY).said == words


@pytest.mark.parametrize(
    ("today", "said", "expected", "is_past"),
    [
        ("2026-11-25", "周三", "2026-11-25", False),  # said on that very day
        ("2026-11-26", "周三", "2026-12-02", False),
        ("2026-11-26", "这周三", "2026-11-25", True),
        ("2026-11-26", "下周三", "2026-12-02", False),
        ("2026-11-25", "这周一到周五", "2026-11-25..2026-11-27", False),
        ("2026-11-29", "下周一", "2026-11-30", False),  # a Sunday belongs to the week before it
        ("2026-11-28", "这周", "2026-11-28 2026-11-29", False),
        ("2026-12-31", "明天", "2027-01-01", False),
        ("2026-12-31", "下周三", "2027-01-06", False),
        ("2026-12-31", "月底", "2026-12-31", False),
        ("2026-12-31", "年底", "2026-12-31", False),
        ("2026-12-31", "下个月5号", "2027-01-05", False),
        ("2026-12-31", "5号", "2027-01-05", False),
        ("2026-12-31", "1月5日", "2027-01-05", False),
        ("2026-12-31", "元旦", "2027-01-01", False),
        ("2027-01-05", "年初", "2027-01-05..2027-01-10", False),
        ("2028-02-28", "明天", "2028-02-29", False),
        ("2028-02-28", "29号", "2028-02-29", False),
        ("2028-02-28", "30号", "2028-03-30", False),
        ("2028-02-28", "2月29日", "2028-02-29", False),
        ("2028-02-28", "月底", "2028-02-28 2028-02-29", False),
        ("2027-02-28", "明天", "2027-03-01", False),
        ("2027-01-31", "一个月后", "2027-02-28", False),
        ("2027-02-10", "春节后", "2027-02-10..2027-02-20", False),
    ],
)
def test_when_minds_the_edges_of_the_calendar(today: str, said: str, expected: str, is_past: bool) -> None:
    when = read_when(said, day(today))
    assert (when.days, when.is_past) == (days(expected), is_past)


todays = st.dates(date(2025, 1, 1), date(2035, 12, 31))


@given(todays, st.integers(0, 6))
def test_when_next_week_is_the_next_calendar_week(today: date, weekday: int) -> None:
    (found,) = read_when(f"下周{WEEKDAYS[weekday]}", today).days
    assert found.isocalendar()[:2] == (today + timedelta(weeks=1)).isocalendar()[:2]
    assert found.weekday() == weekday


@given(todays, st.integers(0, 6))
def test_when_a_bare_weekday_is_within_seven_days(today: date, weekday: int) -> None:
    (found,) = read_when(f"星期{WEEKDAYS[weekday]}", today).days
    assert timedelta(0) <= found - today < timedelta(7)
    assert found.weekday() == weekday


@given(st.dates(date(2026, 11, 23), date(2027, 11, 22)))
def test_when_reads_every_date_as_people_write_it(there: date) -> None:
    for written in (
        f"{there.month}月{there.day}日",
        f"{there.isoformat()}",
        f"{there:%Y%m%d}",
        f"{there.month}.{there.day}",
    ):
        assert read_when(written, TODAY).days == (there,)


pieces = st.sampled_from(
    "今明后昨前大天儿个日号月周上下这星期礼拜一二三四五六七八九十两半初廿正腊冬闰农历点刻分钟差到至或和、，-/.:"
    "0123456789早晚午中旬底末春节元旦除夕过完再几不行改每第有"
)


@given(st.one_of(st.text(), st.text(pieces, max_size=12)), todays)
def test_when_never_fails_and_stays_near(text: str, today: date) -> None:
    when = read_when(text, today)
    if "年" not in text and not any(century in when.said for century in ("19", "20")):
        near = timedelta(days=2 * 366)
        assert all(today - near <= found <= today + near for found in when.days)
    assert len(when.days) <= 31
    assert bool(when) is (when != When())
    assert when.end is None or (when.start is not None and when.start < when.end)


def test_when_is_quick_with_a_page_of_digits() -> None:
    assert read_when("1" * 65_536, TODAY) == When()
    assert read_when("下周三" + "一" * 65_536, TODAY).days == days("12-02")
