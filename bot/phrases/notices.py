"""What people are told without being asked: what has happened, and what they can do now."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from bot.phrases import case_notices
from bot.phrases.general import short
from hall.notices.model import Kind
from kit.clock import day_of, say_day, say_time

Facts = dict[str, Any]
SCOPES = {"hall": "", "group": "这类业务", "matter": "这个事项"}


def _when(written: str) -> str:
    at = datetime.fromisoformat(written)
    return f"{say_day(day_of(at))}{say_time(at)}"


def _moved(facts: Facts) -> str:
    return (
        f"对不住，因为{facts['reason']}，您{_when(facts['was_at'])}办“{short(facts['matter'])}”的预约，"
        f"大厅给您挪到了{_when(facts['starts_at'])}，预约号还是 {facts['number']}。\n"
        "这个时间不合适，回复“改约”换一个；不来了回复“取消预约”，都不算您爽约。"
    )


def _cancelled(facts: Facts) -> str:
    return (
        f"对不住，因为{facts['reason']}，您{_when(facts['was_at'])}办“{short(facts['matter'])}”的预约（{facts['number']}）"
        f"只能取消了，不算您取消。\n想再约，回复“预约{short(facts['matter'])}”，我帮您找最近的空号；急事可以打大厅电话。"
    )


def _offered(facts: Facts) -> str:
    until = datetime.fromisoformat(facts["until_at"])
    last = "\n这是最后一次给您留号，没约上就请重新候补。" if facts["last"] else ""
    return (
        f"您候补的“{short(facts['matter'])}”有号了：{_when(facts['starts_at'])}。\n给您留到{say_time(until)}，"
        f"要的话回复“好”就约上；不要回复“不要”，就让给后面的人。{last}"
    )


def _wait_over(facts: Facts) -> str:
    return (
        f"您候补的“{short(facts['matter'])}”这次没有等到合适的号，候补先结束了。\n"
        f"还想办，回复“预约{short(facts['matter'])}”看看新放的号，或者回复“候补”再排一次。"
    )


def _warned(facts: Facts) -> str:
    return (
        f"提醒您一下：{facts['rule']}。您现在是{facts['count']}次，再有一次就约不了了。\n"
        "以后来不了，请提前回复“取消预约”或“改约”，把号让给别人。觉得记错了，请到导办台说一声。"
    )


def _banned(facts: Facts) -> str:
    until = day_of(datetime.fromisoformat(facts["until_at"]))
    return (
        f"{facts['rule']}。您已经到了次数，{say_day(until)}起才能再在网上预约{SCOPES.get(facts['scope'], '')}。\n"
        "这段时间有事，可以直接到大厅现场取号，一样办。有特殊情况，请到导办台申诉，核实了就解除。"
    )


def _soon(facts: Facts) -> str:
    low, high = facts.get("low"), facts.get("high")
    wait = f"，大约还要{low}到{high}分钟" if low is not None and high is not None else ""
    return f"{facts['ticket']} 快到您了：前面还有 {facts['ahead']} 位{wait}。请回到等候区，留意大屏（不广播叫号）。"


def _called(facts: Facts) -> str:
    return f"{facts['ticket']} 叫到您了，请马上到{facts['counter']}号窗口。"


def _missed(facts: Facts) -> str:
    back = facts.get("back")
    return f"{facts['ticket']} 叫过了，没有等到您。{back or '回到大厅后回复“取号”，或者到导办台，帮您接着排。'}"


def _rate(facts: Facts) -> str:
    what = f"“{short(facts['matter'])}”" if facts.get("matter") else ""
    over = f"您的办件{what}办完了" if facts["is_case"] else f"您办的事{what}（{facts['number']}）办完了"
    return f"{over}，办得怎么样？回复“评价”，从非常满意到非常不满意选一档。工作人员看不到是谁评的。"


def _replied(facts: Facts) -> str:
    return (
        f"您给 {facts['number']} 的差评，大厅有答复了：\n{facts['reply']}\n"
        "对答复不满意，回复“转人工”，或到“办不成事”反映窗口。"
    )


SENTENCES: dict[Kind, Callable[[Facts], str]] = {
    Kind.MOVED: _moved,
    Kind.CANCELLED: _cancelled,
    Kind.OFFERED: _offered,
    Kind.WAIT_OVER: _wait_over,
    Kind.WARNED: _warned,
    Kind.BANNED: _banned,
    Kind.SOON: _soon,
    Kind.CALLED: _called,
    Kind.MISSED: _missed,
    Kind.RATE: _rate,
    Kind.REPLIED: _replied,
} | case_notices.SENTENCES

OFFER_GONE = "这个号已经过了给您留的时间，让给别人了。您还在候补里，再有号马上告诉您。"
DECLINED = "好，这个号让给后面的人。您还在候补，再有号马上告诉您；不等了回复“取消候补”。"
LAST_DECLINED = "好，这个号让给后面的人。已经给您留过三次号，候补到这里就结束了；还想等，回复“候补”再排一次。"
MORE = "（还有{count}条消息，您再说句话我接着告诉您。）"
