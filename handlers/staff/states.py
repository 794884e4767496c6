"""Deeds whose thing is named within its hall only: the trail reads its state at the hall that is looked at."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any

from sanic import Request

from hall.audit.model import Deed
from kit.db import Tx


def of_hall(
    request: Request[Any, Any], deed: Deed, read: Callable[[Tx, str, Any], Awaitable[Mapping[str, Any]]]
) -> Deed:
    """The deed with `read(tx, hall_id, key)` for its state."""
    hall_id = request.ctx.session.hall_id

    async def state(tx: Tx, key: Any) -> Mapping[str, Any]:
        return await read(tx, hall_id, key)

    return replace(deed, state=state)
