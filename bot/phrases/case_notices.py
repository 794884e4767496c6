"""What the owner of a case is told without asking: where it stands now, by when, and what to do."""

from collections.abc import Callable
from datetime import date
from typing import Any

from bot.phrases.general import short
from bot.phrases.progress import unknown
from hall.notices.model import Kind
from kit.clock import say_day

Facts = dict[str, Any]
LOOK = "\n想看详细的，回复“进度”。"


def _of(facts: Facts) -> str:
    return f"您办的“{short(facts['matter'])}”（{facts['number']}）"


def _by(facts: Facts) -> str:
    """The last day, or why it cannot be said yet; "" for a matter without limits."""
    if facts["due_on"]:
        return f"\n最晚{say_day(date.fromisoformat(facts['due_on']))}办完。"
    return f"\n{unknown(facts['unknown_year'])}" if facts["unknown_year"] else ""


def _next(facts: Facts) -> str:
    return f"\n{facts['next']}" if facts["next"] else ""


def _accepted(facts: Facts) -> str:
    if facts["is_deemed"]:
        return f"{_of(facts)}已经受理：大厅没有在五个工作日内告诉您缺材料，按规定从收到材料那天起算受理。{_by(facts)}{LOOK}"
    return f"{_of(facts)}材料齐了，已经受理。{_by(facts)}{_next(facts)}{LOOK}"


def _accepted_owing(facts: Facts) -> str:
    return f"{_of(facts)}先受理了，还要补：{facts['owed']}。\n请在{_owed_by(facts)}前交到受理窗口。{_by(facts)}{_next(facts)}{LOOK}"


def _owed_soon(facts: Facts) -> str:
    return f"{_of(facts)}还差您答应后补的：{facts['owed']}。\n最晚{_owed_by(facts)}，请交到受理窗口。已经交了的不用再来。{LOOK}"


def _owed_by(facts: Facts) -> str:
    return say_day(date.fromisoformat(facts["owed_on"]))


def _supplement(facts: Facts) -> str:
    until = facts["until_on"]
    by = f"请在{say_day(date.fromisoformat(until))}前补齐，" if until else "补齐后"
    return f"{_of(facts)}还差这些：{facts['note']}。\n{by}交到受理窗口就行，补齐了马上接着办。{LOOK}"


def _stopped(facts: Facts) -> str:
    until = facts["until_on"]
    longest = f"最晚停到{say_day(date.fromisoformat(until))}，" if until else ""
    why = facts["note"]
    return f"{_of(facts)}先停一停：{why}。\n{longest}这段时间不算在时限里，之后接着算。{_by(facts)}{_next(facts)}{LOOK}"


def _resumed(facts: Facts) -> str:
    return f"{_of(facts)}接着办了。{_by(facts)}{_next(facts)}{LOOK}"


def _due_known(facts: Facts) -> str:
    return f"{_of(facts)}的最晚日子算出来了。{_by(facts)}{LOOK}"


def _concluded(facts: Facts) -> str:
    return f"{_of(facts)}办好了：{facts['note']}。{_next(facts)}{LOOK}"


def _declined(facts: Facts) -> str:
    return f"{_of(facts)}没有通过，退件了：{facts['note']}。\n有不明白的，请到受理窗口问。{LOOK}"


def _refused(facts: Facts) -> str:
    return f"{_of(facts)}不予受理：{facts['note']}。\n有不明白的，请到受理窗口问。{LOOK}"


SENTENCES: dict[Kind, Callable[[Facts], str]] = {
    Kind.CASE_ACCEPTED: _accepted,
    Kind.CASE_ACCEPTED_OWING: _accepted_owing,
    Kind.CASE_OWED_SOON: _owed_soon,
    Kind.CASE_SUPPLEMENT: _supplement,
    Kind.CASE_STOPPED: _stopped,
    Kind.CASE_RESUMED: _resumed,
    Kind.CASE_DUE_KNOWN: _due_known,
    Kind.CASE_CONCLUDED: _concluded,
    Kind.CASE_DECLINED: _declined,
    Kind.CASE_REFUSED: _refused,
}
