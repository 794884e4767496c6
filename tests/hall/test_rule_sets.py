"""The eight rule sets, each by what a person would meet; (a) to (h) of the issue, as halls publish them."""

import tomllib
from datetime import date, datetime

import pytest

from hall.appointments import checks, rule_files
from hall.appointments.model import State
from hall.appointments.refusals import LimitReached, NeedsKey, OutsideWindow, PastCutoff
from hall.appointments.rules import Key, Lapse
from hall.places.calendar import PUBLISHED
from hall.places.model import YearNotPublished
from kit.clock import SHANGHAI
from tests.hall.builders import HALL, MONDAY, at
from tests.hall.rule_builders import (
    EVERY_MARK,
    ID,
    ME,
    PHONE,
    SETS,
    a_past,
    a_wish,
    days_that_can_be_booked,
    november,
    refused,
    rule_set,
)


def late(name: str, starts_at: datetime, now: datetime) -> PastCutoff | None:
    return checks.past_cutoff(rule_set(name).cutoff, starts_at, lambda _: HALL.hours, PUBLISHED.is_workday, now)


def reached(name: str, lapse: Lapse, *past: checks.Past, now: datetime = MONDAY) -> list[tuple[int, bool, bool]]:
    """Of each threshold the lapse bears on: how many, whether it warns, whether booking stops."""
    found = checks.counts(rule_set(name), lapse, EVERY_MARK, 1, "licence", past, now)
    return sorted({(one.held, one.is_warning, one.is_reached) for one in found})


def missed(*days: int) -> list[checks.Past]:
    return [a_past(at(day, 9), State.NO_SHOW) for day in days]


def cancelled(*days: int) -> list[checks.Past]:
    return [a_past(at(day, 9), State.CANCELLED) for day in days]


@pytest.mark.parametrize("path", sorted(SETS.glob("*.toml")), ids=lambda path: path.stem)
def test_each_set_is_read_written_back_alike_and_said_in_words(path) -> None:  # type: ignore[no-untyped-def]
    rules = rule_files.read(tomllib.loads(path.read_text("utf-8")))
    assert rule_files.read(rule_files.write(rules)) == rules
    assert all(line and "None" not in line for line in rules.say())


# ---- where the calendar ends


@pytest.mark.parametrize("name", "abdeg")
def test_window_ends_where_the_calendar_does_and_tomorrow_can_still_be_booked(name: str) -> None:
    """2027 is not published (at the time of writing): nobody knows which of its days are worked."""

    def is_workday(day: date) -> bool:
        if day.year > 2026:
            raise YearNotPublished(year=day.year, last_year=2026)
        return PUBLISHED.is_workday(day)

    evening = datetime(2026, 12, 29, 20, 0, tzinfo=SHANGHAI)  # behind every release time
    tomorrow, unknown = datetime(2026, 12, 30, 9, 0, tzinfo=SHANGHAI), datetime(2027, 1, 4, 9, 0, tzinfo=SHANGHAI)
    rules = rule_set(name)
    assert checks.refusal(rules, a_wish(tomorrow), (), (), is_workday, evening) is None
    assert isinstance(checks.refusal(rules, a_wish(unknown), (), (), is_workday, evening), YearNotPublished)


# ---- (a) 1–3 working days ahead, once per half-day per credit code, 3 no-shows or 5 cancels in a month → 30 days


def test_a_opens_the_next_three_working_days() -> None:
    assert days_that_can_be_booked(rule_set("a"), MONDAY) == november(24, 25, 26)
    said = refused(rule_set("a"), a_wish(at(23, 14)))
    assert isinstance(said, OutsideWindow)
    assert said.message == (
        "要提前1到3个工作日预约，现在能约的是11月24日（周二）到11月26日（周四）。请选里面的一天；急事可以到大厅现场取号。"
    )
    far = refused(rule_set("a"), a_wish(at(27, 9)))
    assert isinstance(far, OutsideWindow) and far.details["opens_at"] == "2026-11-24T00:00:00+08:00"
    assert far.message.endswith("您选的11月27日（周五）从11月24日（周二）起可以约。")


def test_a_lets_a_company_book_once_per_half_day() -> None:
    held = a_past(at(24, 9))
    again = refused(rule_set("a"), a_wish(at(24, 11)), held)
    assert isinstance(again, LimitReached)
    assert again.message == (
        "每家单位、每个身份证号每半天最多有1个预约，现在已经有1个了。请换个半天，或改动已经约好的那个。"
    )
    assert refused(rule_set("a"), a_wish(at(24, 14)), held) is None
    assert refused(rule_set("a"), a_wish(at(24, 11)), a_past(at(24, 9), State.CANCELLED)) is None
    other = a_wish(at(24, 11), marks={Key.CITIZEN: ME, Key.PHONE: PHONE, Key.CREDIT_CODE: "u:other"})
    assert refused(rule_set("a"), other, held) is None


def test_a_needs_something_to_count_by() -> None:
    said = refused(rule_set("a"), a_wish(at(24, 9), marks={Key.CITIZEN: ME, Key.PHONE: PHONE}))
    assert isinstance(said, NeedsKey)
    assert said.message == "这里按统一社会信用代码或身份证号计算预约次数，请补上统一社会信用代码或身份证号再约。"


def test_a_warns_before_the_third_no_show_and_then_stops() -> None:
    assert reached("a", Lapse.NO_SHOW, *missed(2)) == [(1, False, False)]
    assert reached("a", Lapse.NO_SHOW, *missed(2, 9)) == [(2, True, False)]
    assert reached("a", Lapse.NO_SHOW, *missed(2, 9, 16)) == [(3, False, True)]
    assert reached("a", Lapse.CANCEL, *cancelled(2, 3, 4, 5)) == [(4, True, False)]
    assert reached("a", Lapse.CANCEL, *cancelled(2, 3, 4, 5, 6)) == [(5, False, True)]
    pause = rule_set("a").thresholds[0].pause
    assert pause.on_from(MONDAY) == datetime(2026, 12, 23, tzinfo=SHANGHAI)


def test_a_starts_the_count_anew_with_the_month() -> None:
    october = [a_past(datetime(2026, 10, day, 9, tzinfo=SHANGHAI), State.NO_SHOW) for day in (20, 27, 30)]
    assert reached("a", Lapse.NO_SHOW, *october, *missed(2)) == [(1, False, False)]


def test_a_forgets_what_staff_have_excused_and_what_the_hall_cancelled() -> None:
    excused = a_past(at(2, 9), State.NO_SHOW, is_own_lapse=False, ended_at=at(2, 9, 30))
    assert reached("a", Lapse.NO_SHOW, excused, *missed(9)) == [(1, False, False)]


# ---- (b) next 5 working days, 3 no-shows in the calendar month → rest of the month


def test_b_opens_five_working_days_and_jumps_the_weekend() -> None:
    assert days_that_can_be_booked(rule_set("b"), at(25, 10)) == [*november(26, 27, 30), *december(1, 2)]


def december(*days: int) -> list[date]:
    return [datetime(2026, 12, day, tzinfo=SHANGHAI).date() for day in days]


def test_b_stops_for_the_rest_of_the_month() -> None:
    assert reached("b", Lapse.NO_SHOW, *missed(2, 9, 16)) == [(3, False, True)]
    threshold = rule_set("b").thresholds[0]
    assert threshold.pause.on_from(MONDAY) == datetime(2026, 12, 1, tzinfo=SHANGHAI)
    assert threshold.say_whole() == "一个自然月里约了没来满3次的，当月剩下的日子不能在网上预约"


# ---- (c) more than 3 bookings of the same item in a day → refused; 2 no-shows or 5 cancels, warning at the first


def test_c_refuses_the_fourth_booking_of_an_item_in_a_day_cancelled_ones_counted() -> None:
    made = [a_past(at(day, 9), State.CANCELLED) for day in (24, 25)] + [a_past(at(26, 9))]
    said = refused(rule_set("c"), a_wish(at(27, 9)), *made)
    assert isinstance(said, LimitReached) and said.details["until"] == "2026-11-24"
    assert said.message == (
        "每个微信号每天同一个事项最多约3个预约，现在已经有3个了。11月24日（周二）起可以再约；急事可以到大厅现场取号。"
    )
    assert refused(rule_set("c"), a_wish(at(27, 9), "other"), *made) is None
    assert refused(rule_set("c"), a_wish(at(27, 9)), *made, now=at(24, 0, 5)) is None


def test_c_warns_at_the_first_no_show() -> None:
    assert reached("c", Lapse.NO_SHOW, *missed(2)) == [(1, True, False)]
    assert reached("c", Lapse.NO_SHOW, *missed(2, 3)) == [(2, False, True)]


# ---- (d) 1–2 working days, 1 a day, 2 a week, 6 a month by ID or phone, 2 no-shows → 3 months


def test_d_opens_two_working_days() -> None:
    assert days_that_can_be_booked(rule_set("d"), at(26, 10)) == november(27, 30)


@pytest.mark.parametrize("mark", [ID, PHONE])
def test_d_counts_by_id_or_phone_whoever_holds_the_telephone(mark: str) -> None:
    theirs = frozenset({mark, "c:77"})
    said = refused(rule_set("d"), a_wish(at(24, 14)), a_past(at(24, 9), marks=theirs))
    assert isinstance(said, LimitReached) and "每天最多有1个预约" in said.message
    assert said.message.endswith("请选11月25日（周三）以后的号，或改动已经约好的那个。")


def test_d_counts_the_week_from_monday_and_the_month() -> None:
    week = [a_past(at(day, 9)) for day in (23, 25)]
    said = refused(rule_set("d"), a_wish(at(24, 9)), *week)
    assert isinstance(said, LimitReached) and said.details["until"] == "2026-11-30"
    month = [a_past(at(day, 9)) for day in (2, 3, 9, 10, 16, 17)]
    said = refused(rule_set("d"), a_wish(at(24, 9)), *month)
    assert isinstance(said, LimitReached) and said.details["until"] == "2026-12-01"
    assert refused(rule_set("d"), a_wish(at(24, 9)), *month[1:]) is None


def test_d_stops_for_three_months() -> None:
    assert reached("d", Lapse.NO_SHOW, *missed(2, 3)) == [(2, False, True)]
    pause = rule_set("d").thresholds[0].pause
    assert pause.on_from(MONDAY) == datetime(2027, 2, 23, tzinfo=SHANGHAI)
    assert pause.on_from(datetime(2026, 11, 30, 9, tzinfo=SHANGHAI)) == datetime(2027, 2, 28, tzinfo=SHANGHAI)


# ---- (e) 4 working days, one per item within them, 4 in a month → 30 days


def test_e_lets_one_of_an_item_be_held_within_the_window() -> None:
    said = refused(rule_set("e"), a_wish(at(26, 9)), a_past(at(24, 9)))
    assert isinstance(said, LimitReached) and said.details["until"] is None
    assert said.message.endswith("请先取消一个用不上的，再约这个。")
    assert refused(rule_set("e"), a_wish(at(26, 9), "other"), a_past(at(24, 9))) is None
    assert refused(rule_set("e"), a_wish(at(26, 9)), a_past(at(20, 9), State.ARRIVED)) is None


def test_e_counts_no_shows_and_cancels_together() -> None:
    assert reached("e", Lapse.CANCEL, *missed(2, 3), *cancelled(4, 5)) == [(4, False, True)]
    assert reached("e", Lapse.NO_SHOW, *missed(2, 3), *cancelled(4)) == [(3, True, False)]


# ---- (f) one a day per document, cutoff half a working day, 3 in 6 months → 1 year


def test_f_lets_a_document_come_once_a_day() -> None:
    assert isinstance(
        refused(rule_set("f"), a_wish(at(24, 14)), a_past(at(24, 9), marks=frozenset({ID}))), LimitReached
    )
    assert refused(rule_set("f"), a_wish(at(24, 14)), a_past(at(24, 9), marks=frozenset({PHONE}))) is None


def test_f_can_be_changed_until_the_half_day_before_begins() -> None:
    afternoon, morning = at(25, 14), at(25, 9)
    assert late("f", afternoon, at(25, 8, 59)) is None
    said = late("f", afternoon, at(25, 9))
    assert said is not None and said.message.startswith(
        "改约和取消要提前半个工作日，这个预约在11月25日（周三）09:00以后"
    )
    assert late("f", morning, at(24, 12, 59)) is None
    assert late("f", morning, at(24, 13)) is not None


def test_f_counts_half_days_over_a_weekend_and_a_holiday() -> None:
    assert late("f", at(30, 9), at(27, 12, 59)) is None  # a Monday morning: until Friday afternoon begins
    assert late("f", at(30, 9), at(28, 10)) is not None
    after_national_day = datetime(2026, 10, 8, 9, tzinfo=SHANGHAI)  # 1 to 7 October are off
    last = checks.last_change_at(rule_set("f").cutoff, after_national_day, lambda _: HALL.hours, PUBLISHED.is_workday)
    assert last == datetime(2026, 9, 30, 13, tzinfo=SHANGHAI)


def test_f_looks_back_six_months_and_stops_for_a_year() -> None:
    spring = a_past(datetime(2026, 5, 22, 9, tzinfo=SHANGHAI), State.NO_SHOW)
    june = a_past(datetime(2026, 6, 1, 9, tzinfo=SHANGHAI), State.NO_SHOW)
    assert reached("f", Lapse.NO_SHOW, spring, june, *missed(2)) == [(2, True, False)]
    assert reached("f", Lapse.NO_SHOW, june, *missed(2, 9)) == [(3, False, True)]
    assert rule_set("f").thresholds[0].pause.on_from(MONDAY) == datetime(2027, 11, 23, tzinfo=SHANGHAI)


# ---- (g) 1–5 working days, one a day, cutoff 2 h; (h) cutoff 1 h, no paper ticket


def test_g_can_be_changed_until_two_hours_before() -> None:
    assert days_that_can_be_booked(rule_set("g"), MONDAY) == november(24, 25, 26, 27, 30)
    assert isinstance(refused(rule_set("g"), a_wish(at(24, 14)), a_past(at(24, 9))), LimitReached)
    assert late("g", at(24, 14), at(24, 11, 59)) is None
    assert late("g", at(24, 14), at(24, 12)) is not None


def test_h_can_be_changed_until_one_hour_before_and_needs_no_paper() -> None:
    assert late("h", at(24, 14), at(24, 12, 59)) is None
    assert late("h", at(24, 14), at(24, 13)) is not None
    assert rule_set("h").say()[-1] == "不用取纸质号，凭手机叫号"


# ---- what no set of the eight has


def test_last_day_opens_at_the_hour_of_release() -> None:
    rules = rule_files.read({"window": {"first": 1, "last": 3, "release": "08:30"}})
    assert days_that_can_be_booked(rules, at(23, 8, 29)) == november(24, 25)
    assert days_that_can_be_booked(rules, at(23, 8, 30)) == november(24, 25, 26)
    said = refused(rules, a_wish(at(26, 9)), now=at(23, 8))
    assert isinstance(said, OutsideWindow)
    assert said.message.endswith("您选的11月26日（周四）从11月23日（周一）08:30起可以约。")


def test_window_of_today_alone() -> None:
    rules = rule_files.read({"window": {"first": 0, "last": 0}})
    assert days_that_can_be_booked(rules, MONDAY) == november(23)


def test_pause_on_the_last_day_of_a_month_ends_within_the_shorter_one() -> None:
    rules = rule_set("d").thresholds[0]
    end_of_year = datetime(2026, 12, 31, 9, tzinfo=SHANGHAI)
    assert rules.pause.on_from(end_of_year) == datetime(2027, 3, 31, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("written", "where"),
    [
        ({"window": {"fist": 1}}, "window.fist"),
        ({"window": {"first": 3, "last": 1}}, "window.last"),
        ({"window": {"first": -1}}, "window.first"),
        ({"window": {"release": "8点"}}, "window.release"),
        ({"limit": [{"most": 1, "per": "year", "by": ["phone"]}]}, "limit[1].per"),
        ({"limit": [{"per": "day", "by": ["phone"]}]}, "limit[1].most"),
        ({"limit": [{"most": 1, "per": "day", "by": []}]}, "limit[1].by"),
        ({"limit": {"most": 1}}, "limit"),
        ({"threshold": [{"most": 1, "counts": ["late"], "within": "month", "pause": "month"}]}, "threshold[1].counts"),
        ({"threshold": [{"most": 1, "counts": ["no_show"], "within": {"weeks": 1}, "pause": "month"}]}, "threshold[1].within.weeks"),
        ({"cutoff": {"hours": 1, "half_workdays": 1}}, "cutoff"),
        ({"freed_minutes": [5, 1]}, "freed_minutes"),
        ({"paper_ticket": "yes"}, "paper_ticket"),
        ({"colour": "red"}, "colour"),
    ],
)  # fmt: skip
def test_mistake_in_a_rule_set_is_named_and_nothing_is_lost(written, where: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(rule_files.BadRules) as bad:
        rule_files.read(written)
    assert bad.value.message.startswith(f"规则的“{where}”写得不对：")
    assert "原来的规则还在用" in bad.value.message
