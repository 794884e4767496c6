"""好差评 in conversation: which dealing, which level, why, and whether we should call."""

from collections.abc import Sequence

from bot.phrases.general import numbered, short
from hall.ratings.model import LEVEL_NAMES, Dealing, Kind, Level, Rating
from hall.ratings.reasons import Reason
from kit.clock import day_of, say_day
from kit.ids import mask_phone

NOTHING = "您最近没有办完还没评的事。办完以后回复“评价”就能评，一次办理评一次。\n有意见要反映，回复“转人工”，或到“办不成事”反映窗口。"
LEFT = "好，先不评。想评的时候回复“评价”就行。"
WHICH_AGAIN = "评价哪一件？回复前面的数字；不评了回复“算了”。"
LEVEL_AGAIN = "请回复一个数字：5 非常满意、4 满意、3 基本满意、2 不满意、1 非常不满意。不评了回复“算了”。"
WHY_AGAIN = "没有这个数字。请回复上面的数字（可以几个），或者直接写一句话；不想说回复“没有”。"
CALL_AGAIN = "要电话回访就回复“要”，或把手机号发来；不用就回复“不用”。"
ASK_PHONE = "好，打哪个号码？请把手机号发来；不用打了回复“不用”。"
UNSEEN = "工作人员看不到是谁评的。"


def line(dealing: Dealing) -> str:
    what = short(dealing.matter_name) if dealing.matter_name else "办的事"
    assert dealing.ended_at is not None, "only dealings that are over are offered"
    return f"{say_day(day_of(dealing.ended_at))} {what}（{dealing.number}）"


def which(dealings: Sequence[Dealing]) -> str:
    return f"评价哪一件？回复数字：\n{numbered(map(line, dealings))}"


def ask_level(dealing: Dealing) -> str:
    levels = "\n".join(f"{level} {name}" for level, name in LEVEL_NAMES.items())
    return f"{line(dealing)}，办得怎么样？回复数字：\n{levels}\n{UNSEEN}"


def ask_why(level: Level, reasons: Sequence[Reason]) -> str:
    opening = "对不住，让您不满意了。是哪里不好？" if level.is_bad else f"您选的是“{level.chinese}”。主要因为什么？"
    return (
        f"{opening}回复数字，可以几个，比如“1 3”：\n{numbered(reason.name for reason in reasons)}\n"
        "也可以直接写一句话；不想说回复“没有”。"
    )


def ask_call(dealing: Dealing) -> str:
    known = f"，打 {mask_phone(dealing.phone)}，回复“要”；换个号码就把手机号发来" if dealing.phone else "，把手机号发来"
    return f"要大厅的负责人给您打电话说说吗？要的话{known}；不用就回复“不用”。"


def thanks(given: Rating) -> str:
    if not given.level.is_bad:
        return f"谢谢您的评价：{given.level.chinese}。记下了。"
    call = "，并给您打电话" if given.wants_call else ""
    told = "处理好了在这里答复您" if given.kind is Kind.CASE or given.citizen_id else "处理好了会告诉您"
    return f"您的意见记下了：{given.level.chinese}。大厅负责人会来处理{call}，{told}。谢谢您说出来。"
