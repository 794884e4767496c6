"""What people say of a dealing that is over: five levels, reasons, and what the hall then owes them. Pure.

The five levels, and that a bad one is followed up, are the 好差评 system of 国办发〔2019〕51号; the days within which
we do so are the hall's own promise ([ratings] in settings.toml).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, StrEnum

from hall.places.calendar import Calendar
from hall.places.model import YearNotPublished
from kit.clock import day_of
from kit.errors import NotFound, Problem
from kit.settings import Ratings

NOTE_LIMIT = 500  # characters of a note
REPLY_LIMIT = 500  # and of what the hall writes back
HANDFUL = 5  # what fewer people have said is told to nobody at the counter: they would know who


class Level(IntEnum):
    VERY_BAD = 1
    BAD = 2
    FAIR = 3
    GOOD = 4
    VERY_GOOD = 5

    @property
    def chinese(self) -> str:
        return LEVEL_NAMES[self]

    @property
    def is_bad(self) -> bool:
        """It opens a reply clock."""
        return self <= Level.BAD


LEVEL_NAMES = {
    Level.VERY_GOOD: "非常满意",
    Level.GOOD: "满意",
    Level.FAIR: "基本满意",
    Level.BAD: "不满意",
    Level.VERY_BAD: "非常不满意",
}


class Kind(StrEnum):
    """What a dealing was."""

    TICKET = "ticket"  # a ticket that was served
    CASE = "case"  # a case that was concluded, declined or refused


class Channel(StrEnum):
    CHAT = "chat"
    API = "api"
    TABLET = "tablet"
    KIOSK = "kiosk"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Dealing:
    """A dealing somebody may say something about. `citizen_id` and `phone` are None for someone we do not know."""

    kind: Kind
    id: int  # of the ticket or the case
    hall_id: str
    number: str  # A012, or of the case
    matter_id: str | None
    matter_name: str | None
    counter: int | None  # its number
    citizen_id: int | None
    ended_at: datetime | None  # None: it goes on
    phone: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Given:
    """What a person says of a dealing, as it came."""

    level: int
    reasons: tuple[str, ...] = ()
    note: str | None = field(default=None, repr=False)
    wants_call: bool = False
    phone: str | None = field(default=None, repr=False)  # for the call; None: the one we know


@dataclass(frozen=True, slots=True)
class Rating:
    """`contact` is kept for a call that is wanted, and until the matter is settled."""

    id: int
    hall_id: str
    kind: Kind
    dealing_id: int
    number: str
    matter_id: str | None
    matter_name: str | None
    counter: int | None
    citizen_id: int | None = field(repr=False)
    level: Level
    reasons: tuple[str, ...]
    note: str | None = field(repr=False)
    wants_call: bool
    contact: str | None = field(repr=False)
    at: datetime
    channel: Channel
    contacted_at: datetime | None
    answered_at: datetime | None
    settled_at: datetime | None
    reply: str | None = field(repr=False)

    @property
    def is_open(self) -> bool:
        """The hall still owes something."""
        return self.level.is_bad and self.settled_at is None

    @property
    def state(self) -> str:
        if not self.level.is_bad:
            return "收到"
        if self.settled_at is not None:
            return "了结"
        return "已答复" if self.answered_at is not None else "待答复"


class What(StrEnum):
    """Facts of a rating; they are only ever added."""

    RATED = "rated"
    SEEN = "seen"  # a lead looked at it, contact and all
    CALLED = "called"
    ANSWERED = "answered"
    SETTLED = "settled"
    LATE_CONTACT = "late_contact"
    LATE_REPLY = "late_reply"


@dataclass(frozen=True, slots=True)
class Fact:
    what: What
    at: datetime
    by: str
    note: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Promise:
    """The hall's own: how long a dealing may be rated, and workdays after a bad rating."""

    window_days: int
    contact_days: int
    reply_days: int

    @classmethod
    def of(cls, settings: Ratings) -> "Promise":
        return cls(settings.window_days, settings.contact_days, settings.reply_days)


@dataclass(frozen=True, slots=True)
class Owed:
    """By when a bad rating is to be followed up; None where the calendar is not published that far."""

    contact_by: date | None
    reply_by: date | None


def owed(rated_at: datetime, promise: Promise, calendar: Calendar) -> Owed:
    """Reckoned anew each time it is asked: a day that is closed later moves it."""
    day = day_of(rated_at)
    return Owed(_after(day, promise.contact_days, calendar), _after(day, promise.reply_days, calendar))


def _after(day: date, workdays: int, calendar: Calendar) -> date | None:
    try:
        return calendar.add_workdays(day, workdays)
    except YearNotPublished:
        return None


class NothingToRate(NotFound):
    """The same words whether there is such a number or not: a number alone tells a stranger nothing."""

    code = "nothing_to_rate"
    sentence = "没有找到可以评价的办理记录，或者查询码不对。请核对票号或办件编号和查询码，也可以在窗口的评价器上评。"


class NotOverYet(Problem):
    status = 409
    code = "not_over_yet"
    sentence = "{number}还在办，办完了再请您评价。"


class AlreadyRated(Problem):
    status = 409
    code = "already_rated"
    sentence = "{number}已经评过了，一次办理评一次，谢谢您。还有话要说，可以回复“转人工”，或到“办不成事”反映窗口。"


class TooLateToRate(Problem):
    status = 409
    code = "too_late_to_rate"
    sentence = "{number}办完已经超过{days}天，评不了了。有意见请到“办不成事”反映窗口，或拨打12345。"


class NoSuchLevel(Problem):
    status = 422
    code = "no_such_level"
    sentence = "请在五档里选一档：5 非常满意、4 满意、3 基本满意、2 不满意、1 非常不满意。"


class NoSuchReason(Problem):
    status = 422
    code = "no_such_reason"
    sentence = "原因只能选“{level}”下面列出的那些，请重新选一下；没有合适的就选“其他”，在留言里写。"


class NoteTooLong(Problem):
    status = 422
    code = "note_too_long"
    sentence = "留言最多{most}个字，请写短一点。"


class PhoneNeeded(Problem):
    status = 422
    code = "phone_needed"
    sentence = "要我们给您打电话，请留一个11位的手机号；不用打电话就不用留。"


class TimeToRateOver(Problem):
    status = 409
    code = "time_to_rate_over"
    sentence = "这一次的评价时间过了。您还可以在微信里回复“评价”，或到自助机上评。"


class RatingNotFound(NotFound):
    code = "rating_not_found"
    sentence = "没有第{number}条评价，请用 bangban ratings list 核对。"


class LeadsOnly(Problem):
    status = 403
    code = "leads_only"
    sentence = "评价的原文只给带班领导看，窗口人员看不到是谁评的。各窗口、各事项的汇总可以看 bangban ratings sums。"


class NothingOwed(Problem):
    status = 409
    code = "nothing_owed"
    sentence = "第{number}条评价{why}，不用再处理。"


class BadReply(Problem):
    status = 422
    code = "bad_reply"
    sentence = "请写明怎么处理的，1到{most}个字：办事的人会看到这段话。"


class AnswerFirst(Problem):
    status = 409
    code = "answer_first"
    sentence = "第{number}条还没有{lacking}，请先用 bangban ratings answer 办了再了结。"


class MonthNotOver(Problem):
    status = 409
    code = "month_not_over"
    sentence = "{month}还没有过完。为了不让人猜出是谁评的，窗口人员只看整月的汇总，请下个月再看。"
