"""Which free slots are near a wish: same half-day, same day, other days that would do, later days, earlier days."""

from datetime import date, datetime

import pytest

from hall.appointments.model import Slot, near_first
from tests.hall.builders import at


def slots(*starts: datetime) -> list[Slot]:
    return [Slot(n, "test", 1, start.date(), start, start.replace(minute=59), 2, 0) for n, start in enumerate(starts)]


TUE_9, TUE_11, TUE_14 = at(24, 9), at(24, 11), at(24, 14)
WED_9, WED_14, THU_9, FRI_9 = at(25, 9), at(25, 14), at(26, 9), at(27, 9)
ALL = slots(TUE_9, TUE_11, TUE_14, WED_9, WED_14, THU_9, FRI_9)


@pytest.mark.parametrize(
    ("wanted", "days", "order"),
    [
        (None, (), [TUE_9, TUE_11, TUE_14]),
        (None, (at(26, 0).date(), at(25, 0).date()), [THU_9, WED_9, WED_14]),
        (at(24, 10, 30), (), [TUE_11, TUE_9, TUE_14]),
        (at(24, 0), (), [TUE_9, TUE_11, TUE_14]),
        (at(25, 15), (), [WED_14, WED_9, THU_9]),
        (at(25, 9), (at(27, 0).date(),), [WED_9, WED_14, FRI_9]),
        (at(26, 14), (), [THU_9, FRI_9, WED_14]),
        (at(30, 14), (), [FRI_9, THU_9, WED_14]),
    ],
)
def test_near_slots_come_first(wanted: datetime | None, days: tuple[date, ...], order: list[datetime]) -> None:
    assert [slot.starts_at for slot in near_first(ALL, wanted, days)[:3]] == order
