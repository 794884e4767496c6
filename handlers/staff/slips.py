"""The slip of a ticket, for the guide's printer: what a kiosk's says, and a code that leads to its progress."""

from dataclasses import dataclass
from typing import Any

from markupsafe import Markup
from sanic import Request

from hall.matters import service as matters
from hall.matters.model import Group
from hall.queue import service as queue
from hall.queue.model import Ticket
from hall.queue.pace import Estimate
from hall.ratings import dealings
from handlers.gate import Gate
from kit import qr
from kit.clock import day_of
from kit.db import Tx


@dataclass(frozen=True, slots=True)
class Slip:
    """`code`: with the number it rates afterwards. `drawing`: the code for a telephone's camera, as SVG."""

    ticket: Ticket
    group: Group
    matter: str | None
    wait: Estimate
    code: str
    drawing: Markup


async def of(request: Request[Any, Any], number: str) -> Slip | None:
    """Of today's ticket at the hall they look at; None for a number nobody has."""
    gate: Gate = request.app.ctx.gate
    base = gate.settings.server.public_url.rstrip("/") or f"{request.scheme}://{request.host}"
    hall_id, now = request.ctx.session.hall_id, gate.clock()

    async def read(tx: Tx) -> Slip | None:
        ticket = await queue.find(tx, hall_id, number, day_of(now))
        if ticket is None:
            return None
        group = await matters.group(tx, ticket.group_id)
        matter = (await matters.matter(tx, hall_id, ticket.matter_id)).name if ticket.matter_id else None
        wait = await queue.wait(tx, ticket, now)
        address = f"{base}/slip/{hall_id}/{ticket.on.isoformat()}/{ticket.number}"
        return Slip(ticket, group, matter, wait, dealings.ticket_code(ticket.id), Markup(qr.svg(address)))  # noqa: S704

    return await gate.db.consult(read)
