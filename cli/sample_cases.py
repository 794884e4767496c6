"""The sample hall's cases: one in every state, the same numbers and codes on every run."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from hall.cases import progress, stops, supplements
from hall.cases import service as cases
from hall.cases.clocks import Limit
from hall.cases.model import Case, Missing
from hall.matters import service as matters
from kit.clock import SHANGHAI
from kit.db import Duplicate, Tx
from kit.ids import with_check

Step = Mapping[str, Any]


def _limit(step: Step) -> Limit:
    return Limit(step["days"], step["unit"])


STEPS: dict[str, Callable[[Tx, str, Step, datetime], Awaitable[Case]]] = {
    "accept": lambda tx, number, step, at: cases.accept(tx, number, None, at, step.get("next")),
    "supplement": lambda tx, number, step, at: supplements.ask_to_supplement(
        tx, number, None, [Missing(place, "") for place in step["missing"]], at
    ),
    "review": lambda tx, number, step, at: cases.review(tx, number, None, at, step.get("next")),
    "special": lambda tx, number, step, at: stops.begin_special(
        tx, number, None, None, step["words"], _limit(step), at, step.get("next")
    ),
    "suspend": lambda tx, number, step, at: stops.suspend(
        tx, number, None, None, step["words"], _limit(step), at, step.get("next")
    ),
    "refuse": lambda tx, number, step, at: cases.refuse(tx, number, None, step["words"], at),
    "decline": lambda tx, number, step, at: cases.decline(tx, number, None, step["words"], at),
    "conclude": lambda tx, number, step, at: cases.conclude(tx, number, None, step["words"], at, step.get("next")),
}


async def enter(tx: Tx, hall_id: str, written: Step) -> str:
    """One case and what became of it; says its number and code. One that is there stays as it is."""
    number, code = with_check(written["body"]), written["code"]
    matter = await matters.matter(tx, hall_id, written["matter"])
    facts = {"applicant": "示例申请人", "lacking": written.get("lacking", ()), "number": number, "code": code}
    try:
        async with tx.attempt():
            case, _ = await cases.open(tx, matter, _instant(written["received"]), **facts)
    except Duplicate:
        there = await progress.by_code(tx, number, code)
        assert there is not None, "the sample's own number opens with its own code"
        return _line(there, code)
    for step in written.get("steps", ()):
        case = await STEPS[step["do"]](tx, number, step, _instant(step["at"]))
    return _line(case, code)


def _line(case: Case, code: str) -> str:
    return f"  {case.state.chinese}：{case.matter_name}，编号 {case.number}，查询码 {code}"


def _instant(written: datetime) -> datetime:
    return written.replace(tzinfo=SHANGHAI)
