"""What the owner of a case is told without asking: where it stands now, by when, and what to do."""

from datetime import date

from bot.phrases.general import short
from bot.phrases.progress import unknown
from bot.phrases.wording import BY_DAY, Facts, Wording
from hall.notices.model import Kind
from kit.clock import say_day

LOOK = "想看详细的，回复“进度”。"
CASE = "您办的“{事项}”（{办件编号}）"
BY_SILENCE = "大厅没有在五个工作日内告诉您缺材料，按规定从收到材料那天起算受理"


def _day(written: str) -> str:
    return say_day(date.fromisoformat(written))


def _by(facts: Facts) -> str:
    """The last day, or why it cannot be said yet; "" for a matter without limits."""
    if facts["due_on"]:
        return f"最晚{_day(facts['due_on'])}办完。"
    return unknown(facts["unknown_year"]) if facts["unknown_year"] else ""


def _parts(facts: Facts) -> dict[str, str]:
    until, note, next_step = facts["until_on"], facts["note"] or "", facts["next"] or ""
    is_deemed = facts["is_deemed"]
    return {
        "事项": short(facts["matter"]),
        "办件编号": facts["number"],
        "受理情况": f"已经受理：{BY_SILENCE}" if is_deemed else "材料齐了，已经受理",
        "最晚办完": _by(facts),
        "接下来": next_step,
        "缺的材料": note,
        "补齐期限": f"请在{_day(until)}前补齐，" if until else "补齐后",
        "原因": note,
        "结果": note,
        "最长停到": f"最晚停到{_day(until)}，" if until else "",
        "后补的材料": facts.get("owed") or "",
        "后补期限": _day(facts["owed_on"]) if facts.get("owed_on") else "",
    }


def _accepted(facts: Facts) -> dict[str, str]:
    """Accepted by silence nobody has said what comes next."""
    return _parts(facts) | ({"接下来": ""} if facts["is_deemed"] else {})


WORDINGS: dict[Kind, Wording] = {
    Kind.CASE_ACCEPTED: Wording(
        "办件受理了",
        f"窗口受理，或者到期视为受理。{BY_DAY}",
        f"{CASE}{{受理情况}}。\n{{最晚办完}}\n{{接下来}}\n{LOOK}",
        _accepted,
    ),
    Kind.CASE_ACCEPTED_OWING: Wording(
        "容缺受理了",
        f"材料还差一些，先受理，答应后补。{BY_DAY}",
        f"{CASE}先受理了，还要补：{{后补的材料}}。\n请在{{后补期限}}前交到受理窗口。\n{{最晚办完}}\n{{接下来}}\n{LOOK}",
        _parts,
    ),
    Kind.CASE_OWED_SOON: Wording(
        "容缺的材料快到期",
        f"答应后补的材料，离补交的日子近了。{BY_DAY}",
        f"{CASE}还差您答应后补的：{{后补的材料}}。\n最晚{{后补期限}}，请交到受理窗口。已经交了的不用再来。\n{LOOK}",
        _parts,
    ),
    Kind.CASE_SUPPLEMENT: Wording(
        "办件要补材料",
        f"窗口一次性告知缺哪些材料。{BY_DAY}",
        f"{CASE}还差这些：{{缺的材料}}。\n{{补齐期限}}交到受理窗口就行，补齐了马上接着办。\n{LOOK}",
        _parts,
    ),
    Kind.CASE_STOPPED: Wording(
        "办件停一停",
        f"特别程序或中止，时限停了。{BY_DAY}",
        f"{CASE}先停一停：{{原因}}。\n{{最长停到}}这段时间不算在时限里，之后接着算。\n{{最晚办完}}\n{{接下来}}\n{LOOK}",
        _parts,
    ),
    Kind.CASE_RESUMED: Wording(
        "办件接着办了", f"停了的又接着办。{BY_DAY}", f"{CASE}接着办了。\n{{最晚办完}}\n{{接下来}}\n{LOOK}", _parts
    ),
    Kind.CASE_DUE_KNOWN: Wording(
        "办件的最晚日子",
        f"放假安排公布以后，最晚日子算出来了。{BY_DAY}",
        f"{CASE}的最晚日子算出来了。\n{{最晚办完}}\n{LOOK}",
        _parts,
    ),
    Kind.CASE_CONCLUDED: Wording(
        "办件办好了", f"办结。{BY_DAY}", f"{CASE}办好了：{{结果}}。\n{{接下来}}\n{LOOK}", _parts
    ),
    Kind.CASE_DECLINED: Wording(
        "办件退件了",
        f"退件。{BY_DAY}",
        f"{CASE}没有通过，退件了：{{原因}}。\n有不明白的，请到受理窗口问。\n{LOOK}",
        _parts,
    ),
    Kind.CASE_REFUSED: Wording(
        "办件不予受理",
        f"不予受理。{BY_DAY}",
        f"{CASE}不予受理：{{原因}}。\n有不明白的，请到受理窗口问。\n{LOOK}",
        _parts,
    ),
}
