"""What people are told without being asked: what has happened, and what they can do now.

These are the words that come with the system; a hall may say some of them in its own (hall/notices/texts.py).
"""

from datetime import datetime

from bot.phrases import case_notices
from bot.phrases.general import short
from bot.phrases.wording import AT_ONCE, BY_DAY, Facts, Wording
from hall.notices.model import Kind
from kit.clock import day_of, say_day, say_time

SCOPES = {"hall": "", "group": "这类业务", "matter": "这个事项"}
LAST_OFFER = "这是最后一次给您留号，没约上就请重新候补。"
COME_BACK = "回到大厅后回复“取号”，或者到导办台，帮您接着排"
BEHIND = "：排到前面{back}位后面，不足{back}位就排在最后"
SPOKEN_LATER = "过时了就不再说。"


def _when(written: str) -> str:
    at = datetime.fromisoformat(written)
    return f"{say_day(day_of(at))}{say_time(at)}"


def _day(written: str) -> str:
    return say_day(day_of(datetime.fromisoformat(written)))


def _changed(facts: Facts) -> dict[str, str]:
    """Of an appointment that the hall, or staff as the person had asked, moved or cancelled."""
    said = {
        "原来的时间": _when(facts["was_at"]),
        "事项": short(facts["matter"]),
        "预约号": facts["number"],
    }
    said |= {"原因": facts["reason"]} if "reason" in facts else {}
    return said | ({"新的时间": _when(facts["starts_at"])} if "starts_at" in facts else {})


def _offered(facts: Facts) -> dict[str, str]:
    return {
        "事项": short(facts["matter"]),
        "时间": _when(facts["starts_at"]),
        "留到几点": say_time(datetime.fromisoformat(facts["until_at"])),
        "最后一次": LAST_OFFER if facts["last"] else "",
    }


def _wait_over(facts: Facts) -> dict[str, str]:
    return {"事项": short(facts["matter"])}


def _warned(facts: Facts) -> dict[str, str]:
    return {"规则": facts["rule"], "次数": str(facts["count"])}


def _banned(facts: Facts) -> dict[str, str]:
    scope = SCOPES.get(facts["scope"], "")
    return {"规则": facts["rule"], "恢复的日子": _day(facts["until_at"]), "停约范围": scope}


def _lifted(facts: Facts) -> dict[str, str]:
    return {"规则": facts["rule"]}


def _appeal_refused(facts: Facts) -> dict[str, str]:
    return {"规则": facts["rule"], "答复": facts["answer"], "恢复的日子": _day(facts["until_at"])}


def _soon(facts: Facts) -> dict[str, str]:
    low, high = facts.get("low"), facts.get("high")
    wait = f"，大约还要{low}到{high}分钟" if low is not None and high is not None else ""
    return {"票号": facts["ticket"], "前面几位": str(facts["ahead"]), "还要多久": wait}


def _called(facts: Facts) -> dict[str, str]:
    return {"票号": facts["ticket"], "窗口": f"{facts['counter']}号窗口"}


def _missed(facts: Facts) -> dict[str, str]:
    behind = BEHIND.format(back=facts["back"]) if facts.get("back") else ""
    return {"票号": facts["ticket"], "怎么接着排": f"{COME_BACK}{behind}。"}


def _rate(facts: Facts) -> dict[str, str]:
    what = f"“{short(facts['matter'])}”" if facts.get("matter") else ""
    return {"办的事": f"您的办件{what}" if facts["is_case"] else f"您办的事{what}（{facts['number']}）"}


def _replied(facts: Facts) -> dict[str, str]:
    return {"编号": facts["number"], "答复": facts["reply"]}


WORDINGS: dict[Kind, Wording] = {
    Kind.MOVED: Wording(
        "预约挪了时间",
        f"停办时把预约挪到了别的时间。{BY_DAY}",
        "对不住，因为{原因}，您{原来的时间}办“{事项}”的预约，大厅给您挪到了{新的时间}，预约号还是 {预约号}。\n"
        "这个时间不合适，回复“改约”换一个；不来了回复“取消预约”，都不算您爽约。",
        _changed,
    ),
    Kind.CANCELLED: Wording(
        "预约取消了",
        f"停办时没有别的空号，只能取消。{BY_DAY}",
        "对不住，因为{原因}，您{原来的时间}办“{事项}”的预约（{预约号}）只能取消了，不算您取消。\n"
        "想再约，回复“预约{事项}”，我帮您找最近的空号；急事可以打大厅电话。",
        _changed,
    ),
    Kind.MOVED_FOR: Wording(
        "按您说的改了时间",
        f"本人打电话或到导办台要改，工作人员改好了。{BY_DAY}",
        "按您说的，导办台把您{原来的时间}办“{事项}”的预约改到了{新的时间}，预约号还是 {预约号}。\n"
        "不是您要改的，回复“改约”换回来，或者到导办台问一声。",
        _changed,
    ),
    Kind.CANCELLED_FOR: Wording(
        "按您说的取消了",
        f"本人打电话或到导办台要取消，工作人员取消了。{BY_DAY}",
        "按您说的，导办台把您{原来的时间}办“{事项}”的预约（{预约号}）取消了，不算爽约。\n"
        "还想办，回复“预约{事项}”再约一个；不是您要取消的，请到导办台问一声。",
        _changed,
    ),
    Kind.OFFERED: Wording(
        "候补有号了",
        f"有人退号，给候补的人留着。{AT_ONCE}{SPOKEN_LATER}",
        "您候补的“{事项}”有号了：{时间}。\n给您留到{留到几点}，要的话回复“好”就约上；不要回复“不要”，就让给后面的人。\n"
        "{最后一次}",
        _offered,
    ),
    Kind.WAIT_OVER: Wording(
        "候补结束了",
        f"三次留号都没有约，或者候补的日子过了。{BY_DAY}",
        "您候补的“{事项}”这次没有等到合适的号，候补先结束了。\n"
        "还想办，回复“预约{事项}”看看新放的号，或者回复“候补”再排一次。",
        _wait_over,
    ),
    Kind.WARNED: Wording(
        "再有一次就停约",
        f"爽约或取消，离规则里的次数只差一次。{BY_DAY}",
        "提醒您一下：{规则}。您现在是{次数}次，再有一次就约不了了。\n"
        "以后来不了，请提前回复“取消预约”或“改约”，把号让给别人。觉得记错了，请到导办台说一声。",
        _warned,
    ),
    Kind.BANNED: Wording(
        "停约了",
        f"爽约或取消到了规则里的次数。{BY_DAY}",
        "{规则}。您已经到了次数，{恢复的日子}起才能再在网上预约{停约范围}。\n"
        "这段时间有事，可以直接到大厅现场取号，一样办。有特殊情况，请到导办台申诉，核实了就解除。",
        _banned,
    ),
    Kind.LIFTED: Wording(
        "停约解除了",
        f"大厅解除了停约。{BY_DAY}",
        "您的停约解除了，现在就可以在网上预约。\n想约的话，回复“预约”，再说要办什么事就行。",
        _lifted,
    ),
    Kind.APPEAL_REFUSED: Wording(
        "申诉的答复",
        f"大厅答复申诉，停约没有解除。{BY_DAY}",
        "您对停约的申诉，大厅有答复了：{答复}。\n停约不变，{恢复的日子}起可以再在网上预约。\n"
        "这段时间有事，可以直接到大厅现场取号，一样办。还有要说明的，请到导办台。",
        _appeal_refused,
    ),
    Kind.SOON: Wording(
        "快轮到了",
        f"前面的人不多了。{AT_ONCE}{SPOKEN_LATER}",
        "{票号} 快到您了：前面还有 {前面几位} 位{还要多久}。请回到等候区，留意大屏（不广播叫号）。",
        _soon,
    ),
    Kind.CALLED: Wording(
        "叫到号了", f"窗口叫号、再叫一次。{AT_ONCE}{SPOKEN_LATER}", "{票号} 叫到您了，请马上到{窗口}。", _called
    ),
    Kind.MISSED: Wording("过号了", f"叫了没有来。{AT_ONCE}", "{票号} 叫过了，没有等到您。{怎么接着排}", _missed),
    Kind.RATE: Wording(
        "请您评价",
        f"办完10分钟以后，一件事一次。{BY_DAY}",
        "{办的事}办完了，办得怎么样？回复“评价”，从非常满意到非常不满意选一档。工作人员看不到是谁评的。",
        _rate,
    ),
    Kind.REPLIED: Wording(
        "差评有答复了",
        f"大厅答复了差评。{BY_DAY}",
        "您给 {编号} 的差评，大厅有答复了：\n{答复}\n对答复不满意，回复“转人工”，或到“办不成事”反映窗口。",
        _replied,
    ),
} | case_notices.WORDINGS

_AT = "2027-03-09T09:30:00+08:00"
SAMPLE: Facts = {  # what previews are made of; every number is invented and says so
    "number": "Y示例0001", "matter": "食品经营许可证核发", "was_at": "2027-03-08T14:00:00+08:00", "starts_at": _AT,
    "until_at": "2027-03-08T11:20:00+08:00", "slot_id": 1, "reason": "停电检修", "last": True,
    "rule": "一个自然月里约了没来满3次的，30天内不能在网上预约", "count": 2, "most": 3, "scope": "hall",
    "answer": "没有查到您当天到过大厅的记录", "ticket": "A012", "ahead": 3, "low": 5, "high": 10, "counter": 4,
    "is_case": True, "reply": "这里写大厅答复的话（示例）。", "state": "办结", "note": "营业执照复印件", "next": "请等短信通知领证。",
    "due_on": "2027-03-19", "unknown_year": None, "until_on": "2027-03-12", "is_deemed": False,
    "owed": "健康证明", "owed_on": "2027-03-16",
}  # fmt: skip

OFFER_GONE = "这个号已经过了给您留的时间，让给别人了。您还在候补里，再有号马上告诉您。"
DECLINED = "好，这个号让给后面的人。您还在候补，再有号马上告诉您；不等了回复“取消候补”。"
LAST_DECLINED = "好，这个号让给后面的人。已经给您留过三次号，候补到这里就结束了；还想等，回复“候补”再排一次。"
MORE = "（还有{count}条消息，您再说句话我接着告诉您。）"
