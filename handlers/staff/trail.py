"""/staff/admin/audit: who did what, before and after; /staff/admin/seen: who saw a person's data."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode

from sanic import HTTPResponse, Request

from hall.audit import service as audit
from hall.audit.model import KINDS, Wanted
from hall.staff import service as staff
from hall.staff.model import EVERYWHERE, Role
from handlers import forms
from handlers.gate import Gate
from handlers.guards import guarded
from handlers.staff.pages import pages, show
from kit.clock import instant_at

PAGE = 50
LOOKERS = frozenset({Role.LEAD, Role.ADMIN})


@dataclass(frozen=True, slots=True)
class Asked:
    by: Annotated[str, forms.text(32), "谁"] = ""
    on: Annotated[date | None, forms.day, "哪一天"] = None
    kind: Annotated[str, forms.text(16), "哪一类"] = ""
    number: Annotated[str, forms.text(64), "编号"] = ""
    before: Annotated[int | None, forms.whole, "从哪一条往前"] = None


@pages.get("/admin/audit")
@guarded("staff: lead admin")
async def trail_page(request: Request[Any, Any]) -> HTTPResponse:
    asked = forms.query(request, Asked)
    return await _shown(request, "audit.html", asked, _wanted(request, asked, saw=False))


@pages.get("/admin/seen")
@guarded("staff: lead admin")
async def seen_page(request: Request[Any, Any]) -> HTTPResponse:
    asked = forms.query(request, Asked)
    wanted = replace(_wanted(request, asked, saw=True), number=asked.number.upper() or None)
    return await _shown(request, "seen.html", asked, wanted)


async def _shown(request: Request[Any, Any], page: str, asked: Asked, wanted: Wanted) -> HTTPResponse:
    gate: Gate = request.app.ctx.gate
    lines = await gate.db.consult(audit.trail, wanted, PAGE + 1, asked.before)
    older = _address(request, asked, lines[PAGE - 1].id) if len(lines) > PAGE else None
    members = [member.name for member in await gate.db.consult(staff.everybody)]
    values: dict[str, Any] = {
        "lines": lines[:PAGE],
        "older": older,
        "asked": asked,
        "kinds": KINDS,
    }
    return await show(request, page, members=members, is_seen=wanted.saw, **values)


def _wanted(request: Request[Any, Any], asked: Asked, *, saw: bool) -> Wanted:
    """At the hall they look at; who leads or administers all halls sees what was done for all of them too."""
    session = request.ctx.session
    from_at = until_at = None
    if asked.on is not None:
        from_at, until_at = instant_at(asked.on, time()), instant_at(asked.on + timedelta(days=1), time())
    hall_id = None if session.member.may(LOOKERS, EVERYWHERE) else session.hall_id
    return Wanted(hall_id, asked.by or None, asked.kind or None, asked.number or None, from_at, until_at, saw)


def _address(request: Request[Any, Any], asked: Asked, before: int) -> str:
    given = {"by": asked.by, "on": asked.on or "", "kind": asked.kind, "number": asked.number, "before": before}
    return f"{request.path}?{urlencode({name: value for name, value in given.items() if value})}"
