"""补正: what is missing is told once and in full; what comes in is ticked off.

Before acceptance no clock runs, and with what came in the five days to say a word begin anew. After it the clock
stands, which wants a lead's approval and a limit like every other stop.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, update

from hall.cases import news, rows, stops
from hall.cases.clocks import Limit
from hall.cases.model import (
    BadLimit,
    Case,
    ListGivenBefore,
    Material,
    Missing,
    NoSuchMaterial,
    NothingMissing,
    NothingToTake,
    State,
    What,
)
from hall.cases.tables import case_materials
from hall.notices.model import Kind
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx

MOST_NAME = 128  # characters, as in the table
MATERIAL, LACK = "缺的材料", "缺什么"
ASKED, ALL_CAME, SOME_CAME = "还缺：{names}", "缺的材料收到了：{names}", "收到了一部分：{names}"
INCOMPLETE = "材料不齐，或者不合要求"
NEXT_STEP = "请把缺的材料一次补齐：{names}。"
ALSO_FORM = "按告知的要求"


async def ask_to_supplement(
    tx: Tx,
    number: str,
    staff: StaffMember | None,
    missing: Sequence[Missing],
    now: datetime,
    *,
    why: str | None = None,
    approver: StaffMember | None = None,
    limit: Limit | None = None,
) -> Case:
    """一次性告知: the whole list of what is missing (《行政许可法》第三十二条第四项), once.

    A second list wants `why` and an approver, and so does a first one after acceptance, with a limit to its stop.
    Raises CaseNotFound, NotYourRole, MoveNotAllowed, NothingMissing, NoSuchMaterial, WordsNeeded, ListGivenBefore,
    ApprovalNeeded, BadLimit.
    """
    case = await rows.hold(tx, number, staff, State.SUPPLEMENT)
    if not missing:
        raise NothingMissing()
    reason = await _reason(case, staff, why, approver, limit)
    listed = (await rows.materials(tx, [case.id])).get(case.id, [])
    names = "、".join(await _ask(tx, case, listed, missing))
    await stops.enter(tx, case, State.SUPPLEMENT, reason or INCOMPLETE, limit, approver, now)
    changes: dict[str, Any] = {"state": State.SUPPLEMENT, "lists": case.lists + 1}
    changes["next_step"] = NEXT_STEP.format(names=names)
    note = ASKED.format(names=names) + (f"。{reason}" if reason else "")
    asked = await rows.change(tx, case, What.ASKED, note, now, staff, approver, **changes)
    return await news.tell(tx, asked, Kind.CASE_SUPPLEMENT, now, note=names)


async def _reason(
    case: Case, staff: StaffMember | None, why: str | None, approver: StaffMember | None, limit: Limit | None
) -> str:
    """Why it is asked again, or so late; "" for the first list in good time."""
    is_late = case.accepted_on is not None
    if limit is not None:
        stops.check_limit(limit)
    if is_late and limit is None:
        raise BadLimit(most=stops.MOST_DAYS)
    if not is_late and not case.lists:
        return why.strip() if why else ""
    if case.lists and not (why and approver):
        raise ListGivenBefore()
    rows.check_approval(staff, approver, case.hall_id)
    return rows.check_words(why or "", rows.REASON)


async def _ask(tx: Tx, case: Case, listed: Sequence[Material], missing: Sequence[Missing]) -> list[str]:
    """Marks what is asked for, this list in the place of an earlier one; returns the names."""
    of_case = case_materials.c.case_id == case.id
    await tx.run(update(case_materials).where(of_case, case_materials.c.is_asked).values(is_asked=False))
    names = []
    last = len(listed)
    for one in missing:
        lack = rows.check_words(one.lack, LACK) if one.lack else None
        if one.place is None:
            last += 1
            name = rows.check_words(one.name, MATERIAL, MOST_NAME)
            also = {"is_needed": True, "is_brought": False, "is_asked": True, "lack": lack, "may_follow": False}
            new = {"place": last, "name": name, "form": ALSO_FORM, "count": 1, "note": None}
            await tx.insert(insert(case_materials).values(case_id=case.id, **new, **also))
        elif 0 < one.place <= len(listed):
            name = listed[one.place - 1].name
            here = (of_case, case_materials.c.place == one.place)
            asked = {
                "is_asked": True,
                "is_brought": False,
                "lack": lack,
                "owed_on": None,
            }  # a promise gives way to a list
            await tx.run(update(case_materials).where(*here).values(**asked))
        else:
            raise NoSuchMaterial(place=one.place, count=len(listed))
        names.append(f"{name}（{lack}）" if lack else name)
    return names


async def take_supplement(
    tx: Tx, number: str, staff: StaffMember | None, now: datetime, brought: Collection[int] | None = None
) -> Case:
    """Ticks off what came in; `brought`: places, None for everything. With the last of it the case goes back.

    To 收件 before acceptance, where five days begin anew, else to where it was. While it is merely 收件, and of what
    was promised (容缺), what came is ticked and nothing else moves. Raises CaseNotFound, NotYourRole, NothingToTake,
    NoSuchMaterial.
    """
    case = await rows.hold(tx, number, staff)
    listed = (await rows.materials(tx, [case.id])).get(case.id, [])
    open_ones = [one for one in listed if is_awaited(case, one)]
    if brought is not None and (unknown := set(brought) - {one.place for one in listed}):
        raise NoSuchMaterial(place=min(unknown), count=len(listed))
    came = [one for one in open_ones if brought is None or one.place in brought]
    if not came:
        raise NothingToTake()
    places = case_materials.c.place.in_([one.place for one in came])
    await tx.run(update(case_materials).where(case_materials.c.case_id == case.id, places).values(is_brought=True))
    rest = [one for one in open_ones if one not in came]
    note = (SOME_CAME if rest else ALL_CAME).format(names="、".join(one.name for one in came))
    if case.state is not State.SUPPLEMENT:
        return await rows.change(tx, case, What.BROUGHT, note, now, staff)
    if left := "、".join(one.name for one in rest if one.is_asked):
        return await rows.change(tx, case, What.BROUGHT, note, now, staff, next_step=NEXT_STEP.format(names=left))
    spell = await rows.end_stop(tx, case, day_of(now))
    back: dict[str, Any] = {"state": State.RECEIVED if spell is None else spell.was, "next_step": None}
    if case.accepted_on is None:
        back["supplemented_on"] = day_of(now)
    whole = await rows.change(tx, case, What.BROUGHT, note, now, staff, **back)
    return whole if case.accepted_on is None else await news.tell(tx, whole, Kind.CASE_RESUMED, now)


def is_awaited(case: Case, one: Material) -> bool:
    """Whether this material may be ticked off as having come."""
    if one.is_brought or case.state.is_final:
        return False
    is_listed = one.is_asked and case.state is State.SUPPLEMENT
    return is_listed or one.is_owed or case.state is State.RECEIVED
