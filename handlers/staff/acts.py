"""The one way a staff page changes something: the verb and its line in the trail, in one transaction.

    SET_ROLES = Deed("staff.roles", "改角色", "staff", staff.plain)
    await act(request, SET_ROLES, member.name, staff.set_roles, member.id, hall_id, roles)

And before a page shows a person's data: `await saw(request, "appointment", number)`.
"""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Concatenate, ParamSpec, TypeVar

from sanic import Request

from hall.audit import service as audit
from hall.audit.model import By, Deed
from hall.staff.model import StaffMember
from handlers.gate import Gate
from kit.db import Tx

P = ParamSpec("P")
T = TypeVar("T")


async def act(
    request: Request[Any, Any],
    deed: Deed,
    key: Any,
    verb: Callable[Concatenate[Tx, P], Awaitable[T]],
    *args: P.args,
    **kwargs: P.kwargs,
) -> T:
    """Does `verb(tx, …)` for who is signed in, and notes it. `key`: the thing's number; None where it is only made."""
    gate = gate_of(request)
    acting = by(request)

    async def noted(tx: Tx) -> T:
        return await audit.done(tx, acting, deed, key, verb, *args, **kwargs)

    return await gate.db.transact(noted)


async def saw(request: Request[Any, Any], kind: str, number: str) -> None:
    """Call it before the answer: who looked stands written before they see."""
    await gate_of(request).db.transact(audit.saw, by(request), kind, number)


def by(request: Request[Any, Any]) -> By:
    session = request.ctx.session
    return By(session.member, session.hall_id, now(request))


def by_member(request: Request[Any, Any], member: StaffMember, hall_id: str) -> By:
    """Before there is a session: at signing in."""
    return By(member, hall_id, now(request))


def now(request: Request[Any, Any]) -> datetime:
    return gate_of(request).clock()


def gate_of(request: Request[Any, Any]) -> Gate:
    gate: Gate = request.app.ctx.gate
    return gate
