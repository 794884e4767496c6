"""What the State Council's yearly notice must hold to be believed when staff type it in. Pure.

The days off are those of 全国年节及纪念日放假办法 (国务院令第795号, in force since 1 January 2025), thirteen of them.
The notice adds weekends that are worked instead; nobody can foretell which, and nothing is checked of them but sense.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from lunardate import LunarDate

from hall.places.model import BadNotice

SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Notice:
    """`title`: or the document's number; `holidays`: each day off, and of which feast."""

    year: int
    title: str
    holidays: Mapping[date, str]
    makeup_workdays: Collection[date]


def statutory(year: int) -> dict[str, tuple[date, ...]]:
    """The days everybody has off, by feast; of 清明 the days it may fall on, one of which must be free."""

    def lunar(of_year: int, month: int, day: int) -> date:
        found: date = LunarDate(of_year, month, day).to_solar_date()
        return found

    new_year = lunar(year, 1, 1)
    spring = (date.fromordinal(new_year.toordinal() - 1), *(lunar(year, 1, day) for day in (1, 2, 3)))
    return {
        "元旦": (date(year, 1, 1),),
        "春节": spring,
        "劳动节": (date(year, 5, 1), date(year, 5, 2)),
        "端午节": (lunar(year, 5, 5),),
        "中秋节": (lunar(year, 8, 15),),
        "国庆节": tuple(date(year, 10, day) for day in (1, 2, 3)),
    }


def check(notice: Notice) -> None:
    """Raises BadNotice, which says what does not fit."""
    year, holidays, makeup_workdays = notice.year, notice.holidays, notice.makeup_workdays

    def refuse(days: Collection[date], why: str) -> None:
        if days:
            raise BadNotice(
                year=year, reason=f"{'、'.join(f'{d.year}年{d.month}月{d.day}日' for d in sorted(days))}{why}"
            )

    stray = [day for day in {*holidays, *makeup_workdays} if day.year != year]
    refuse(stray, "不在这一年里，跨年的那几天请单独改")
    refuse([day for day in makeup_workdays if day.weekday() < SATURDAY], "不是周末，不会是调休上班日")
    refuse(set(holidays) & set(makeup_workdays), "又放假又上班")

    def is_off(day: date) -> bool:
        return day in holidays or (day.weekday() >= SATURDAY and day not in makeup_workdays)

    missing = [name for name, days in statutory(year).items() if not all(map(is_off, days))]
    if not any(is_off(date(year, 4, day)) for day in (4, 5, 6)):
        missing.append("清明节")
    if missing:
        raise BadNotice(year=year, reason=f"{'、'.join(missing)}的法定假日没有放全")
