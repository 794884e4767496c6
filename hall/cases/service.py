"""Opening a case, moving it on, and telling those entitled where it stands."""

import unicodedata
from dataclasses import fields, replace
from datetime import date, datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import insert, select, update

from hall.cases.model import (
    CODE_LENGTH,
    NEXT,
    Case,
    CaseNotFound,
    Fact,
    MoveNotAllowed,
    Progress,
    State,
    due_day,
)
from hall.cases.tables import case_facts, cases
from hall.matters import service as matters
from hall.matters.model import Matter
from hall.places import service as places
from hall.places.model import YearNotPublished
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Duplicate, Tx
from kit.errors import Unavailable
from kit.ids import with_check
from kit.secrets import fingerprint, is_same, readable_code

NUMBER_TRIES = 20
_cases = select(*(cases.c[f.name] for f in fields(Case)))
_with_digest = _cases.add_columns(cases.c.code_digest)


def _case(row: Any) -> Case:
    read = {f.name: getattr(row, f.name) for f in fields(Case)}
    return Case(**(read | {"state": State(row.state)}))


async def open(  # noqa: A001 (a clerk opens a case; files are not opened here)
    tx: Tx,
    matter: Matter,
    now: datetime,
    *,
    citizen_id: int | None = None,
    applicant: str | None = None,
    number: str | None = None,
    code: str | None = None,
) -> tuple[Case, str]:
    """Enters what was handed in, as 收件; returns it with the query code for the receipt, which is kept nowhere.

    `number` and `code` are given by the sample hall only, whose cases are the same on every run. Raises Duplicate when
    a given number is taken.
    """
    code = code or readable_code(CODE_LENGTH)
    received_on = day_of(now)
    facts: dict[str, Any] = {
        "hall_id": matter.hall_id,
        "matter_id": matter.id,
        "matter_name": matter.name,
        "citizen_id": citizen_id,
        "applicant": applicant,
        "state": State.RECEIVED,
        "received_on": received_on,
        "due_on": None,
        "legal_due_on": None,
        "next_step": None,
    }
    number, case_id = await _enter(tx, facts, number, code, received_on)
    await _note(tx, case_id, State.RECEIVED, "已收到您的材料", now, None)
    return Case(id=case_id, number=number, **facts), code


async def _enter(tx: Tx, facts: dict[str, Any], given: str | None, code: str, received_on: date) -> tuple[str, int]:
    for _ in range(NUMBER_TRIES):
        number = given or with_check(f"ST{received_on:%Y%m%d}{randbelow(10_000):04d}")
        try:
            made = insert(cases).values(number=number, code_digest=_digest(number, code), **facts)
            return number, await tx.insert(made)
        except Duplicate:
            if given is not None:
                raise
    raise Unavailable()


def _digest(number: str, code: str) -> str:
    return fingerprint(f"case {number} {_tidy(code)}")


def _tidy(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


async def _note(tx: Tx, case_id: int, state: State, note: str, now: datetime, staff: StaffMember | None) -> None:
    by = None if staff is None else staff.id
    await tx.insert(insert(case_facts).values(case_id=case_id, at=now, state=state, note=note, by_staff=by))


async def move(
    tx: Tx,
    number: str,
    state: State,
    note: str,
    now: datetime,
    staff: StaffMember | None = None,
    next_step: str | None = None,
) -> Case:
    """Moves a case to its next state and notes it. Acceptance starts the clocks of both time limits.

    `next_step` is what the citizen should do or expect now, in words for them. Raises CaseNotFound, MoveNotAllowed.
    """
    row = await tx.one(_cases.where(cases.c.number == _tidy(number)).with_for_update())
    if row is None:
        raise CaseNotFound()
    case = _case(row)
    if state not in NEXT[case.state]:
        raise _not_allowed(case.state, state)
    changes: dict[str, Any] = {"state": state, "next_step": next_step}
    if state is State.ACCEPTED:
        changes |= await _limits(tx, case, day_of(now))
    await tx.run(update(cases).where(cases.c.id == case.id).values(**changes))
    await _note(tx, case.id, state, note, now, staff)
    return replace(case, **changes)


def _not_allowed(state: State, wanted: State) -> MoveNotAllowed:
    ways = "、".join(way.chinese for way in State if way in NEXT[state])
    allowed = f"接下来可以是：{ways}。" if ways else "它已经办完，需要再办请重新收件。"
    return MoveNotAllowed(state=state.chinese, wanted=wanted.chinese, allowed=allowed)


async def _limits(tx: Tx, case: Case, accepted_on: date) -> dict[str, date | None]:
    matter = await matters.matter(tx, case.hall_id, case.matter_id)
    calendar = await places.calendar(tx)  # a hall's own closed day stops no legal clock
    counted = {"due_on": matter.promised_days, "legal_due_on": matter.legal_days}
    try:
        return {name: due_day(accepted_on, days, matter.days_unit, calendar) for name, days in counted.items()}
    except YearNotPublished:  # no day is better than a wrong one
        return dict.fromkeys(counted)


async def progress(
    tx: Tx, number: str, *, citizen_id: int | None = None, code: str | None = None, staff: StaffMember | None = None
) -> Progress:
    """Where a case stands, for its owner, for whoever has the code on the receipt, and for staff.

    Raises CaseNotFound for everyone else, in the same words whether there is such a case or not.
    """
    number = _tidy(number)
    row = await tx.one(_with_digest.where(cases.c.number == number))
    has_code = code is not None and is_same(_digest(number, code), "" if row is None else row.code_digest)
    if row is None or not (staff or has_code or (citizen_id is not None and row.citizen_id == citizen_id)):
        raise CaseNotFound()
    case = _case(row)
    history = await _history(tx, case.id)
    return Progress(
        number=case.number,
        matter_name=case.matter_name,
        state=case.state,
        since=history[-1].at,
        history=history,
        next_step=case.next_step,
        received_on=case.received_on,
        due_on=case.due_on,
        legal_due_on=case.legal_due_on,
    )


async def _history(tx: Tx, case_id: int) -> tuple[Fact, ...]:
    told = select(case_facts.c.at, case_facts.c.state, case_facts.c.note).where(case_facts.c.case_id == case_id)
    return tuple(Fact(row.at, State(row.state), row.note) for row in await tx.all(told.order_by(case_facts.c.id)))


async def own(tx: Tx, citizen_id: int) -> tuple[Case, ...]:
    """A citizen's cases, newest first."""
    theirs = _cases.where(cases.c.citizen_id == citizen_id).order_by(cases.c.received_on.desc(), cases.c.id.desc())
    return tuple(_case(row) for row in await tx.all(theirs))
