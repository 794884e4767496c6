"""Why an appointment is not made, moved or cancelled: each a fact with a sentence for the person."""

from collections.abc import Sequence

from hall.appointments.model import Slot
from kit.errors import NotFound, Problem


class SlotFull(Problem):
    """`near` are free slots close to the one that was wanted, nearest first; programs find them in the details."""

    status = 409
    code = "slot_full"

    def __init__(self, near: Sequence[Slot] = ()) -> None:
        self.near = tuple(near)
        super().__init__(near=[slot.as_json() for slot in near])

    def again(self) -> "SlotFull":
        """The same refusal for the next person, whose traceback is their own."""
        other = SlotFull.__new__(SlotFull)
        other.near, other.details = self.near, self.details
        return other

    @property
    def message(self) -> str:
        if not self.near:
            return "该时段已约满，近几天也没有空位了，请过一两天再来看看，急事可以到大厅现场取号。"
        return f"该时段已约满，附近还有空位的是：{'、'.join(slot.say() for slot in self.near)}，请换一个。"


class SlotGone(Problem):
    status = 409
    code = "slot_gone"
    sentence = "这个时段已经过去或者撤销了，请重新选一个时间。"


class SlotNotForMatter(Problem):
    status = 409
    code = "slot_not_for_matter"
    sentence = "这个时段不办“{matter}”，请按要办的事项重新选时间。"


class NotBookable(Problem):
    status = 409
    code = "not_bookable"
    sentence = "“{matter}”不用在大厅预约，请看办事指南里写的办理地点，或直接联系办理单位。"


class AlreadyBooked(Problem):
    status = 409
    code = "already_booked"
    sentence = "您{day}已经约过“{matter}”了，预约号是{number}。想换时间请改约，不用再约一次。"


class LimitReached(Problem):
    """A rule's limit. `rule` is its text, `until` the day from which it would do (ISO), None where that depends."""

    status = 409
    code = "limit_reached"
    sentence = "{rule}，现在已经有{held}个了。{next}"


class OutsideWindow(Problem):
    """`first_on` and `last_on` (ISO) are the days that can be booked now, `opens_at` when the wanted day opens."""

    status = 409
    code = "outside_window"
    sentence = "{rule}，现在能约的是{days}。{next}"


class Banned(Problem):
    """`until` is the instant the pause ends, ISO 8601."""

    status = 409
    code = "banned"
    sentence = (
        "因为{rule}，{until_words}之前不能在网上预约{scope}。有急事可以到大厅现场取号；觉得不对，请到导办台申诉。"
    )


class NeedsKey(Problem):
    """`fields` names what the form lacks; one of them will do."""

    status = 422
    code = "needs_key"
    sentence = "这里按{what}计算预约次数，请补上{what}再约。"


class KeyReused(Problem):
    status = 409
    code = "idempotency_mismatch"
    sentence = "这次提交和上一次用了同一个编号，内容却不一样。请回到上一页，重新提交一次。"


class AppointmentNotFound(NotFound):
    """Also for someone else's number: whether it exists is nobody's business."""

    code = "appointment_not_found"
    sentence = "没有查到您的这个预约，请核对预约号，或者回“我的预约”看看。"


class AlreadyCancelled(Problem):
    status = 409
    code = "already_cancelled"
    sentence = "这个预约之前已经取消了，不用再操作。还想办的话可以重新预约。"


class TooLate(Problem):
    status = 409
    code = "too_late"
    sentence = "预约的时间已经到了，不能再取消或改约。今天还想办请直接到大厅，改天办请重新预约。"


class PastCutoff(Problem):
    """`until` is the last instant at which it could be changed, ISO 8601."""

    status = 409
    code = "past_cutoff"
    sentence = "{rule}，这个预约在{until_words}以后就不能改了。来不了也请告诉大厅一声；想办请按时到。"


class NotToday(Problem):
    status = 409
    code = "not_today"
    sentence = "您约的是{day}，请当天来了再取号；想改到今天请先改约。"


class TooEarly(Problem):
    """`opens_at`: from when on arrivals are taken, ISO 8601."""

    status = 409
    code = "too_early"
    sentence = "您约的是{time}，{opens}起可以签到，到时候再来取号就行。"


class MissedTime(Problem):
    status = 409
    code = "missed_time"
    sentence = "您约的{time}已经过了，这个预约用不上了。今天还想办，可以直接取现场号；改天办请重新预约。"


class BadName(Problem):
    status = 422
    code = "bad_name"
    sentence = "请写办事人的姓名，和身份证上的一样，最多{most}个字。"


class BadPhone(Problem):
    status = 422
    code = "bad_phone"
    sentence = "这个手机号不对，请写11位的手机号，方便有变动时联系您。"


class BadIdNumber(Problem):
    status = 422
    code = "bad_id_number"
    sentence = "这个身份证号不对，请照着证件再核对一遍，一共18位。"


class BadCreditCode(Problem):
    status = 422
    code = "bad_credit_code"
    sentence = "这个统一社会信用代码不对，请照着营业执照再核对一遍，一共18位。"


class NeedsCompany(Problem):
    status = 422
    code = "needs_company"
    sentence = "替单位预约，请把单位名称也写上，最多{most}个字。"


class TooManyHolds(Problem):
    status = 409
    code = "too_many_holds"
    sentence = "您已经占着{most}个号还没约完，请先约好或放掉它，再看别的时间。没约完的号{minutes}分钟后会自动放掉。"


class HoldNotFound(NotFound):
    code = "hold_not_found"
    sentence = "给您留的号已经到时间放掉了，请重新选一个。"


class BadDays(Problem):
    """`first_on` and `last_on` (ISO) bound the days one can wait for; None where no places are out."""

    status = 422
    code = "bad_days"
    sentence = "候补的日子请选{days}里面的，头一天不能晚于最后一天。"


class NothingReleased(Problem):
    status = 409
    code = "nothing_released"
    sentence = "您选的这几天还没有放号，不用候补，放出来以后直接约就行。"


class PlacesFree(Problem):
    """Nobody needs to wait: `near` are free slots on the days wished for, as in SlotFull."""

    status = 409
    code = "places_free"

    def __init__(self, near: Sequence[Slot]) -> None:
        self.near = tuple(near)
        super().__init__(near=[slot.as_json() for slot in near])

    @property
    def message(self) -> str:
        return f"现在就有空号，不用候补：{'、'.join(slot.say() for slot in self.near)}，直接约就行。"


class WaitNotFound(NotFound):
    code = "wait_not_found"
    sentence = "您现在没有在候补这件事。"


class BadReason(Problem):
    status = 422
    code = "bad_reason"
    sentence = "是大厅的原因，请写明是什么原因，最多{most}个字，会告诉本人。"


class MatterShut(Problem):
    status = 409
    code = "matter_shut"
    sentence = "“{matter}”{span}停办（{reason}），这段时间约不了，请选别的时间。别的事项照常约。"


class OthersServe(Problem):
    status = 409
    code = "others_serve"
    sentence = "{counter}号窗口办的，别的窗口也都办，约好的人不受影响，不用停办。那段时间不在{counter}号窗口开窗就行。"


class BadClosure(Problem):
    status = 422
    code = "bad_closure"
    sentence = "停办的安排写得不对：{why}。"


class ClosureNotFound(NotFound):
    code = "closure_not_found"
    sentence = "没有这个停办安排，可能已经恢复了，请核对编号。"


class BanNotFound(NotFound):
    code = "ban_not_found"
    sentence = "没有找到还在起作用的这条停约，可能已经到期或解除了。"
