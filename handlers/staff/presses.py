"""A press that was sent again, because its answer was lost on the way, is done once.

    with suppress(DoneBefore):
        await act_once(request, NEXT, number, form.key, verb, …)

The key stands in the form, made with the page: whatever the browser sends again carries it again (static/desk.js).
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Annotated, Any, TypeVar

from sanic import Request

from hall.audit.model import Deed
from handlers import forms
from handlers.staff.acts import act, now
from kit import once
from kit.clock import from_ms, to_ms
from kit.db import Tx

T = TypeVar("T")
SCOPE = "staff press"
LAST_RECEIPT = timedelta(minutes=30)  # how long the last receipt stays at hand, if no other comes
Key = Annotated[str, forms.text(40), "这一次按键"]


class DoneBefore(Exception):
    """Undoes what the second sending began, its line in the trail too. `said`: what was kept of the first."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a receipt cannot be printed without; the code is kept nowhere else."""

    number: str
    code: str = field(repr=False)
    at: datetime


async def keep_receipt(tx: Tx, member_id: int, number: str, code: str, at: datetime) -> None:
    """The last receipt of a clerk, sealed, in the place of the one before: F2 may come before the printer."""
    key = _receipt_of(member_id)
    await once.forget(tx, SCOPE, key)
    await once.claim(tx, SCOPE, key, at)
    await once.settle(tx, SCOPE, key, f"{number} {code} {to_ms(at)}")


async def last_receipt(tx: Tx, member_id: int, at: datetime) -> Receipt | None:
    number, code, made = (await once.answer(tx, SCOPE, _receipt_of(member_id)) or "  0").split(" ")
    kept = Receipt(number, code, from_ms(int(made)))
    return kept if at - kept.at < LAST_RECEIPT else None


def _receipt_of(member_id: int) -> str:
    return f"{member_id} receipt"  # a press's key has a colon there


def new_key() -> str:
    return token_urlsafe(12)


async def act_once(
    request: Request[Any, Any],
    deed: Deed,
    number: object,
    key: str,
    verb: Callable[..., Awaitable[T]],
    *args: Any,
    keeps: Callable[[T], str] | None = None,
    **kwargs: Any,
) -> T:
    """As `act`. `keeps`: of what was made, what the answer to a second sending wants; it is kept sealed for a day.

    Raises DoneBefore, and as the verb.
    """
    at, mark = now(request), f"{request.ctx.session.member.id}:{key}"  # nobody's key is another's

    async def first(tx: Tx) -> T:
        if (said := await once.claim(tx, SCOPE, mark, at)) is not None:
            raise DoneBefore(said)
        result = await verb(tx, *args, **kwargs)
        if keeps is not None:
            await once.settle(tx, SCOPE, mark, keeps(result))
        return result

    return await act(request, deed, number, first)
