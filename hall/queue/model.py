"""Tickets of the waiting queue."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from kit.errors import Problem


class State(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    SERVED = "served"
    MISSED = "missed"
    LEFT = "left"

    @property
    def chinese(self) -> str:
        return STATE_NAMES[self]


STATE_NAMES = {
    State.WAITING: "等候中",
    State.CALLED: "正在叫号",
    State.SERVING: "办理中",
    State.SERVED: "已办完",
    State.MISSED: "已过号",
    State.LEFT: "已离开",
}


@dataclass(frozen=True, slots=True)
class Ticket:
    id: int
    hall_id: str
    group_id: int
    on: date
    number: str  # "A012"
    citizen_id: int | None  # None: taken at the kiosk by someone we do not know
    appointment_id: int | None
    state: State
    taken_at: datetime


class HallClosed(Problem):
    """`opens_at` in the details is ISO 8601, None where the calendar is not published that far."""

    status = 409
    code = "hall_closed"
    sentence = "大厅现在不在上班时间，取不了号。{when}"
