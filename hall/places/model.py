"""Halls, their counters, and what is refused about either, or about the calendar (hall/places/calendar.py)."""

from dataclasses import dataclass
from datetime import time

from kit.errors import NotFound, Problem

Spans = tuple[tuple[time, time], ...]  # opening hours of one day, wall-clock time in Shanghai

EVERY_HALL = "*"  # in place of a hall's id, where all of them are meant
NOTE_LIMIT = 64  # characters, as in the table
MOST_NUMBER = 999  # a counter's number has three digits on the board


@dataclass(frozen=True, slots=True)
class Hall:
    """`address` and `phone` are None until the hall has given them."""

    id: str
    name: str
    address: str | None
    phone: str | None
    hours: Spans
    is_sample: bool


@dataclass(frozen=True, slots=True)
class Counter:
    """`matters`: ids of the only matters it serves; None: all of its groups."""

    hall_id: str
    number: int
    name: str
    groups: tuple[str, ...]  # letters of the matter groups it serves
    matters: tuple[str, ...] | None = None

    @property
    def title(self) -> str:
        return counter_title(self.number, self.name)

    def serves(self, letter: str, matter_id: str | None) -> bool:
        """Whether someone of this group, come for this matter (None: not said), may be called here."""
        return letter in self.groups and (self.matters is None or matter_id is None or matter_id in self.matters)


def counter_title(number: int, name: str) -> str:
    """3号窗口 税务; of one that is named after its number, the number once."""
    by_number = f"{number}号窗口"
    if name.startswith(by_number):
        return name
    return f"{by_number} {name}".rstrip()


class HallNotFound(NotFound):
    code = "hall_not_found"
    sentence = "没有找到这个大厅，请核对后再试。"


class BadHall(Problem):
    status = 422
    code = "bad_hall"
    sentence = "大厅没有存：{reason}。"


class HallExists(Problem):
    status = 409
    code = "hall_exists"
    sentence = "已经有编号是“{id}”的大厅了，请换一个编号。"


class BadCounter(Problem):
    status = 422
    code = "bad_counter"
    sentence = "窗口没有存：{reason}。"


class CounterExists(Problem):
    status = 409
    code = "counter_exists"
    sentence = "{number}号窗口已经有了（{name}）。要改它，请在名单里点它；要新设，请换一个号码。"


class YearNotPublished(Problem):
    status = 409
    code = "year_not_published"
    sentence = "{year}年的放假调休安排还没有公布，暂时说不准哪天上班，请先选{last_year}年内的日子。"


class YearKnown(Problem):
    status = 409
    code = "year_known"
    sentence = "{year}年的放假安排已经有了（{source}），不用再录。个别日子有变动的，请单独改那几天。"


class YearTooFar(Problem):
    status = 422
    code = "year_too_far"
    sentence = "现在只能录{first}年和{last}年的放假安排，{year}年的录不了，请核对年份。"


class BadNotice(Problem):
    status = 422
    code = "bad_notice"
    sentence = "{year}年的放假安排没有存：{reason}。请对照国务院办公厅的通知核对后再录。"


class DayNotSet(NotFound):
    code = "day_not_set"
    sentence = "{day}没有单独改过，用的就是公布的安排，不用撤。"


class DayPast(Problem):
    status = 409
    code = "day_past"
    sentence = "{day}已经过去了，不能再改，请核对日期。"


class BadHours(Problem):
    status = 422
    code = "bad_hours"
    sentence = "开放时间写得不对：要像 09:00-12:00,13:00-16:30，先开后关，从早到晚，几段不重叠。"


class BadNote(Problem):
    status = 422
    code = "bad_note"
    sentence = "请写明原因，最多{most}个字，比如“停电检修”，办事的人问起来好回答。"
