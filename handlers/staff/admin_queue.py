"""/staff/admin/queue: the groups people queue in, and the rule they are called by, tried on a small line first."""

from dataclasses import asdict, dataclass
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places import service as places
from hall.queue import example
from hall.queue import rules as the_rules
from hall.queue import service as queue
from hall.queue.model import Privilege
from hall.queue.rules import LIMITS, PRIVILEGED, Rules
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, gate_of, now
from handlers.staff.pages import pages, show, went
from handlers.staff.states import of_hall
from kit.clock import day_of
from kit.db import Tx
from kit.errors import Problem

QUEUE = "/staff/admin/queue"
WORK = "staff: lead admin"
ADD = Deed("group.new", "加业务组", "group")
RENAME = Deed("group.rename", "改业务组名称", "group")
ADDED = "{letter}类加好了。再给它定号源、让窗口办它，群众才约得上、叫得到。"
RENAMED = "{letter}类改好了，叫号屏上马上就是新的。"
RULED = "叫号规则改好了，正在等的人也马上照新的叫。"


async def _told(tx: Tx, hall_id: str) -> dict[str, Any]:
    return the_rules.told(await queue.rules(tx, hall_id))


SET = Deed("queue.rules", "改叫号规则", "rules", _told)


def _limit(name: str) -> Any:
    meaning, least, most = LIMITS[name]
    return Annotated[int, forms.between(least, most), meaning]


@dataclass(frozen=True, slots=True)
class Written:
    most_in_row: _limit("most_in_row")  # type: ignore[valid-type]
    most_minutes: _limit("most_minutes")  # type: ignore[valid-type]
    early_minutes: _limit("early_minutes")  # type: ignore[valid-type]
    calls_before_missed: _limit("calls_before_missed")  # type: ignore[valid-type]
    back_behind: _limit("back_behind")  # type: ignore[valid-type]
    soon_ahead: _limit("soon_ahead")  # type: ignore[valid-type]
    privileged: Annotated[
        tuple[Privilege, ...], forms.several(forms.one_of(Privilege), len(Privilege)), PRIVILEGED
    ] = ()


@dataclass(frozen=True, slots=True)
class Named:
    name: Annotated[str, forms.text(matters.LONGEST_NAME), "名称"]


@dataclass(frozen=True, slots=True)
class New(Named):
    letter: Annotated[str, forms.text(1, str.upper), "字母"]


@pages.get("/admin/queue")
@guarded(WORK)
async def queue_page(request: Request[Any, Any]) -> HTTPResponse:
    db, hall_id = gate_of(request).db, request.ctx.session.hall_id
    counters = await db.consult(places.counters, hall_id)
    every = await db.consult(matters.catalogue, hall_id)
    groups = [
        (one, sum(m.group_id == one.id for m in every), [c.number for c in counters if one.letter in c.groups])
        for one in await db.consult(matters.groups, hall_id)
    ]
    rule = await db.consult(queue.rules, hall_id)
    taken = {group.letter for group, _, _ in groups}
    free = next((letter for letter in LETTERS if letter not in taken), "")
    values: dict[str, Any] = {"rule": rule, "limits": LIMITS, "privileges": tuple(Privilege), "free": free}
    return await show(request, "admin_queue.html", groups=groups, **values, **_shown(request, rule))


LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _shown(request: Request[Any, Any], rule: Rules) -> dict[str, Any]:
    """A rule in words, and what it makes of the small line."""
    return {"lines": the_rules.say(rule), "turns": example.shown(rule, day_of(now(request))), "problem": None}


@pages.post("/admin/queue/would")
@guarded(WORK)
async def would_call(request: Request[Any, Any]) -> HTTPResponse:
    """The rule as it stands in the form, in words and tried. What is wrong while somebody types is no refusal."""
    try:
        written = forms.posted(request, Written)
    except Problem as problem:
        return await show(request, "admin_queue_would.html", problem=problem, lines=(), turns=())
    return await show(request, "admin_queue_would.html", **_shown(request, the_rules.read(_plain(written))))


@pages.post("/admin/queue/rules")
@guarded(WORK)
async def set_queue_rules(request: Request[Any, Any]) -> HTTPResponse:
    written, session = forms.posted(request, Written), request.ctx.session
    await act(
        request, SET, session.hall_id, queue.set_rules, session.hall_id, _plain(written), session.member, now(request)
    )
    return went(request, QUEUE, RULED)


def _plain(written: Written) -> dict[str, Any]:
    return asdict(written)


@pages.post("/admin/queue/groups")
@guarded(WORK)
async def add_group(request: Request[Any, Any]) -> HTTPResponse:
    form, hall_id = forms.posted(request, New), request.ctx.session.hall_id
    await act(
        request,
        of_hall(request, ADD, matters.plain_group),
        form.letter,
        matters.add_group,
        hall_id,
        form.letter,
        form.name,
    )
    return went(request, QUEUE, ADDED.format(letter=form.letter))


@pages.post("/admin/queue/groups/<letter:str>")
@guarded(WORK)
async def rename_group(request: Request[Any, Any], letter: str) -> HTTPResponse:
    form, hall_id = forms.posted(request, Named), request.ctx.session.hall_id
    group: Group = await gate_of(request).db.consult(matters.lettered, hall_id, letter)
    await act(
        request,
        of_hall(request, RENAME, matters.plain_group),
        group.letter,
        matters.rename_group,
        hall_id,
        group.letter,
        form.name,
    )
    return went(request, QUEUE, RENAMED.format(letter=group.letter))
