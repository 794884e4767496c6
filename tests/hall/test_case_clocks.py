"""The clocks over the holidays of 2025 and 2026, counted by hand from the State Council's notices.

国办发明电〔2024〕12号 for 2025: off 1 Jan; 28 Jan to 4 Feb; 4 to 6 Apr; 1 to 5 May; 31 May to 2 Jun; 1 to 8 Oct. Worked:
Sun 26 Jan, Sat 8 Feb, Sun 27 Apr, Sun 28 Sep, Sat 11 Oct.
The notice of 4 November 2025 for 2026: off 1 to 3 Jan; 15 to 23 Feb; 4 to 6 Apr; 1 to 5 May; 19 to 21 Jun; 25 to 27 Sep;
1 to 7 Oct. Worked: Sun 4 Jan, Sat 14 Feb, Sat 28 Feb, Sat 9 May, Sun 20 Sep, Sat 10 Oct. 2027 is not published.

Each comment is the count: `23 24 26` are days used, `[28 29]` days on which the clock stood.
"""

from datetime import date

import pytest

from hall.cases.clocks import DAYS, WORKDAYS, Clock, Light, Limit, Spell, reckon, tell_by
from hall.places.calendar import Calendar, EnteredYear, SetDay
from hall.places.model import EVERY_HALL, YearNotPublished
from tests.hall.builders import MONDAY


def on(text: str) -> date:
    """`2026-02-14` or, where the year is clear from the row, a whole date all the same."""
    return date.fromisoformat(text)


def clock(accepted: str, days: int, unit: str = WORKDAYS, *spells: Spell, today: str | None = None) -> Clock:
    return reckon(on(accepted), days, None, unit, spells, on(today or accepted))


PLAIN = [
    ("2025-01-22", 3, "2025-01-26"),  # Thu 23, Fri 24, Sun 26 worked
    ("2025-01-24", 1, "2025-01-26"),  # Sat 25 off; Sun 26 worked
    ("2025-01-24", 2, "2025-01-27"),  # 26 27
    ("2025-01-24", 3, "2025-02-05"),  # 26 27, Spring Festival 28 Jan to 4 Feb, Wed 5
    ("2025-01-27", 5, "2025-02-10"),  # 5 6 7, Sat 8 worked, Sun 9 off, Mon 10
    ("2025-01-27", 20, "2025-03-03"),  # 5 6 7 8 | 10–14 | 17–21 | 24–28 | Mon 3 Mar: 4+5+5+5+1
    ("2025-04-03", 1, "2025-04-07"),  # Fri 4 to Sun 6 off; Mon 7
    ("2025-04-24", 3, "2025-04-28"),  # Fri 25, Sun 27 worked, Mon 28
    ("2025-04-28", 7, "2025-05-12"),  # 29 30 | 1–5 May off | 6 7 8 9 | Mon 12
    ("2025-05-29", 2, "2025-06-03"),  # Fri 30 | Sat 31 to Mon 2 Jun off | Tue 3
    ("2025-09-26", 5, "2025-10-10"),  # Sun 28 worked, 29 30 | 1–8 Oct off | Thu 9, Fri 10
    ("2025-09-26", 6, "2025-10-11"),  # as before, and Sat 11 worked
    ("2025-09-30", 10, "2025-10-21"),  # 9 10 11 | Sun 12 off | 13–17 | 20 21: 3+5+2
    ("2025-12-30", 5, "2026-01-07"),  # Wed 31 | 1–3 Jan off | Sun 4 worked, 5 6 7
    ("2025-12-31", 1, "2026-01-04"),  # 1–3 Jan off; Sun 4 worked
    ("2026-02-12", 3, "2026-02-24"),  # Fri 13, Sat 14 worked | 15–23 off | Tue 24
    ("2026-02-13", 7, "2026-03-02"),  # Sat 14 | 24 25 26 27, Sat 28 worked | Sun 1 off | Mon 2: 1+5+1
    ("2026-02-14", 5, "2026-02-28"),  # accepted on a worked Saturday: 24 25 26 27, Sat 28
    ("2026-04-03", 1, "2026-04-07"),  # Sat 4 to Mon 6 off; Tue 7
    ("2026-04-30", 4, "2026-05-09"),  # 1–5 off | 6 7 8, Sat 9 worked
    ("2026-04-30", 5, "2026-05-11"),  # as before | Sun 10 off | Mon 11
    ("2026-06-18", 1, "2026-06-22"),  # Fri 19 to Sun 21 off; Mon 22
    ("2026-09-18", 2, "2026-09-21"),  # Sun 20 worked, Mon 21
    ("2026-09-18", 10, "2026-10-09"),  # 20 21 22 23 24 | 25–27 off | 28 29 30 | 1–7 Oct off | 8 9: 5+3+2
    ("2026-09-18", 11, "2026-10-10"),  # as before, and Sat 10 worked
    ("2026-09-30", 20, "2026-11-03"),  # 8 9 10 | 12–16 | 19–23 | 26–30 | 2 3 Nov: 3+5+5+5+2
    ("2026-11-20", 1, "2026-11-23"),  # a Friday; Monday
    ("2026-11-21", 1, "2026-11-23"),  # accepted on a Saturday the hall was open: the law's clock begins on Monday
    ("2026-12-24", 5, "2026-12-31"),  # Fri 25 | 28 29 30 31: all of it still in a published year
]


@pytest.mark.parametrize(("accepted", "days", "due"), PLAIN)
def test_workdays_are_counted_from_the_day_after_acceptance(accepted: str, days: int, due: str) -> None:
    assert clock(accepted, days).due_on == on(due)


@pytest.mark.parametrize(
    ("accepted", "days", "due"),
    [
        ("2026-02-10", 15, "2026-02-25"),  # 10 + 15, Spring Festival and all
        ("2026-11-27", 30, "2026-12-27"),  # a Sunday: not moved, the limit is the hall's and not the person's
        ("2026-12-20", 20, "2027-01-09"),  # 11 days of December and 9: plain days need no notice of 2027
        ("2025-01-20", 1, "2025-01-21"),
    ],
)
def test_plain_days_are_every_day(accepted: str, days: int, due: str) -> None:
    assert clock(accepted, days, DAYS).due_on == on(due)


def stop(from_on: str, days: int, unit: str = WORKDAYS, ended: str | None = None) -> Spell:
    return Spell(on(from_on), Limit(days, unit), ended and on(ended))  # type: ignore[arg-type]


STOPPED = [
    # over two holidays and a makeup Saturday, ended in time:
    # 22 23 24 [28 29 30 | 8 9 10 12] 13 14 15 16 | 19 20 21: 3 + 7
    ("2026-09-21", 10, WORKDAYS, [stop("2026-09-24", 10, ended="2026-10-12")], "2026-10-21"),
    # the same, nobody resumed: five workdays [28 29 30 | 8 9] and it goes on by itself: 10 | 12–16 | 19: 3 + 1+5+1
    ("2026-09-21", 10, WORKDAYS, [stop("2026-09-24", 5)], "2026-10-19"),
    # over Spring Festival, workdays: 12 13 [Sat 14 | 24 25 26 27] Sat 28 | 2 3 Mar: 2 + 3
    ("2026-02-11", 5, WORKDAYS, [stop("2026-02-13", 5)], "2026-03-03"),
    # over Spring Festival, ten plain days to Mon 23: 12 13 [14 … 23] 24 25 26: 2 + 3
    ("2026-02-11", 5, WORKDAYS, [stop("2026-02-13", 10, DAYS)], "2026-02-26"),
    # begun and ended on one day: nothing stood. 24 25 26
    ("2026-11-23", 3, WORKDAYS, [stop("2026-11-24", 5, ended="2026-11-24")], "2026-11-26"),
    # begun on the day of acceptance: [24 25] 26 27 | 30
    ("2026-11-23", 3, WORKDAYS, [stop("2026-11-23", 5, ended="2026-11-25")], "2026-11-30"),
    # two stops around National Day 2025: 23 24 [25 26] Sun 28, 29 [30 | 9] 10, Sat 11 | 13: 2 + 2 + 3
    (
        "2025-09-22",
        7,
        WORKDAYS,
        [stop("2025-09-24", 3, ended="2025-09-26"), stop("2025-09-29", 2)],
        "2025-10-13",
    ),
    # ended after its limit: only [4 5 6] stood, whatever was pressed on the 12th. 3 [4 5 6] 9 10 11 12
    ("2026-11-02", 5, WORKDAYS, [stop("2026-11-03", 3, ended="2026-11-12")], "2026-11-12"),
    # plain days: 3 4 5 [6 7 8] 9 10 11 12 13 14 15
    ("2026-11-02", 10, DAYS, [stop("2026-11-05", 5, DAYS, "2026-11-08")], "2026-11-15"),
    # plain days, the stop in workdays: 29 [30 Sep … 9 Oct: workdays 30, 8, 9] 10 11 12 13 14 15
    ("2026-09-28", 7, DAYS, [stop("2026-09-29", 3)], "2026-10-15"),
    # a stop after the last day moves nothing: 3 4
    ("2026-11-02", 2, WORKDAYS, [stop("2026-11-10", 5)], "2026-11-04"),
    # over New Year: 30 [31 | Sun 4 worked] 5 6 7
    ("2025-12-29", 4, WORKDAYS, [stop("2025-12-30", 5, ended="2026-01-04")], "2026-01-07"),
    # its limit lies in 2027, but it ended: 22 23 [24 25 | 28] 29 30 31
    ("2026-12-21", 5, WORKDAYS, [stop("2026-12-23", 20, ended="2026-12-28")], "2026-12-31"),
    # over Dragon Boat 2025, makeup none: 30 May [3 4 Jun] 5 6: accepted Thu 29
    ("2025-05-29", 3, WORKDAYS, [stop("2025-05-30", 2)], "2025-06-06"),
    # Labour Day 2026, the day it goes on is a worked Saturday: 30 Apr used [6 7 8 9] Mon 11, 12
    ("2026-04-29", 3, WORKDAYS, [stop("2026-04-30", 4)], "2026-05-12"),
]


@pytest.mark.parametrize(("accepted", "days", "unit", "spells", "due"), STOPPED)
def test_clock_stands_while_it_is_stopped(accepted: str, days: int, unit: str, spells: list[Spell], due: str) -> None:
    assert clock(accepted, days, unit, *spells).due_on == on(due)


@pytest.mark.parametrize(
    ("accepted", "days", "spells"),
    [
        ("2026-12-24", 6, []),  # 25 | 28 29 30 31 | and the sixth is nobody's to say
        ("2026-12-21", 10, [stop("2026-12-23", 20)]),  # the stop itself ends somewhere in 2027
        ("2026-12-21", 10, [stop("2026-12-23", 20, ended="2026-12-28")]),  # 22 23 [24 25 28] 29 30 31, five to go
    ],
)
def test_a_year_that_is_not_published_is_not_guessed(accepted: str, days: int, spells: list[Spell]) -> None:
    told = clock(accepted, days, WORKDAYS, *spells)
    assert (told.due_on, told.unknown_year, told.light) == (None, 2027, Light.NONE)


def test_promised_day_is_told_though_the_legal_one_is_not_known() -> None:
    told = reckon(on("2026-12-30"), 1, 10, WORKDAYS, [], on("2026-12-31"))
    assert (told.due_on, told.legal_due_on, told.unknown_year) == (on("2026-12-31"), None, 2027)
    assert (told.light, told.near) == (Light.GREEN, "promised")


def entered_2027(*days: SetDay) -> Calendar:
    """A notice for 2027 made up for the test: off 1 to 3 January, the rest as weekends go."""
    year = EnteredYear(2027, "示例通知", "张三", MONDAY)
    off = [SetDay(EVERY_HALL, date(2027, 1, day), (), "元旦", "张三", MONDAY) for day in (1, 2, 3)]
    return Calendar({day.on: day for day in (*off, *days)}, {2027: year})


def test_last_day_is_there_the_moment_the_year_is_entered() -> None:
    """25 | 28 29 30 31 | Fri 1 to Sun 3 Jan off | Mon 4."""
    told = reckon(on("2026-12-24"), 6, None, WORKDAYS, [], on("2026-12-28"), entered_2027())
    assert (told.due_on, told.unknown_year, told.light) == (on("2027-01-04"), None, Light.GREEN)


def test_last_day_moves_with_a_day_that_is_closed_for_all() -> None:
    """A typhoon on Wed 25: 24 | 26 27."""
    typhoon = SetDay(EVERY_HALL, on("2026-11-25"), (), "台风", "张三", MONDAY)
    told = reckon(on("2026-11-23"), 3, None, WORKDAYS, [], on("2026-11-23"), Calendar({typhoon.on: typhoon}))
    assert told.due_on == on("2026-11-27")


@pytest.mark.parametrize(
    ("complete", "by"),
    [
        ("2026-02-10", "2026-02-24"),  # 11 12 13, Sat 14 worked | 15–23 off | 24
        ("2026-09-29", "2026-10-12"),  # 30 | 1–7 off | 8 9, Sat 10 worked | 12
        ("2025-01-23", "2025-02-06"),  # 24, Sun 26 worked, 27 | 28 Jan to 4 Feb off | 5 6
        ("2026-11-23", "2026-11-30"),  # 24 25 26 27 | 30
    ],
)
def test_what_is_missing_is_told_within_five_workdays(complete: str, by: str) -> None:
    assert tell_by(on(complete)) == on(by)


def test_five_days_into_an_unpublished_year_make_nobody_late() -> None:
    with pytest.raises(YearNotPublished):
        tell_by(on("2026-12-28"))


# Accepted Mon 23 Nov, promised 3 workdays: 24 25 26, legal 5: 24 25 26 27 | 30.
LIGHTS = [
    ("2026-11-23", Light.GREEN, None, 0),
    ("2026-11-24", Light.GREEN, None, 1),
    ("2026-11-25", Light.GREEN, "promised", 2),  # the workday before Thu 26
    ("2026-11-26", Light.GREEN, "promised", 3),  # the day itself
    ("2026-11-27", Light.YELLOW, "legal", 4),  # Fri 27 is the workday before Mon 30
    ("2026-11-28", Light.YELLOW, "legal", 4),  # a Saturday counts nothing
    ("2026-11-30", Light.YELLOW, "legal", 5),
    ("2026-12-01", Light.RED, None, 6),
]


@pytest.mark.parametrize(("today", "light", "near", "used"), LIGHTS)
def test_lights_and_the_warning_a_workday_before(today: str, light: Light, near: str | None, used: int) -> None:
    told = reckon(on("2026-11-23"), 3, 5, WORKDAYS, [], on(today))
    assert (told.light, told.near, told.used, told.stopped) == (light, near, used, 0)


@pytest.mark.parametrize(
    ("today", "near"), [("2026-09-29", None), ("2026-09-30", "promised"), ("2026-10-03", "promised")]
)
def test_warning_comes_before_the_holiday_and_not_in_it(today: str, near: str | None) -> None:
    """30 | 1–7 Oct off | Thu 8: the workday before is 30 September."""
    told = reckon(on("2026-09-29"), 2, None, WORKDAYS, [], on(today))
    assert (told.due_on, told.near) == (on("2026-10-08"), near)


def test_days_used_are_told_apart_from_days_stopped() -> None:
    """22 23 24 [28 29 30 | 8 9 10 12] 13 14: used 5, stopped 7."""
    spell = stop("2026-09-24", 10, ended="2026-10-12")
    told = reckon(on("2026-09-21"), 10, 20, WORKDAYS, [spell], on("2026-10-14"))
    assert (told.used, told.stopped, told.light) == (5, 7, Light.GREEN)


def test_stop_after_the_promised_day_does_not_take_the_yellow_away() -> None:
    """3 4 5; the promise was broken on the 6th, and stays broken."""
    told = reckon(on("2026-11-02"), 3, 10, WORKDAYS, [stop("2026-11-06", 10)], on("2026-11-10"))
    assert (told.light, told.due_on) == (Light.YELLOW, on("2026-11-05"))


def test_matter_without_limits_has_no_clock_and_never_zero_days() -> None:
    told = reckon(on("2026-11-02"), None, None, WORKDAYS, [], on("2026-11-10"))
    assert (told.due_on, told.legal_due_on, told.light) == (None, None, Light.NONE)
