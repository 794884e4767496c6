"""`bangban desk`: what a clerk presses at a counter, until the web desk is there."""

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.opening import named_by_staff, opened
from hall.places import service as places
from hall.places.model import Counter
from hall.queue import calling
from hall.queue import service as queue
from hall.queue.model import Called, CounterNotFound, Ticket, TicketNotFound
from hall.staff import service as people
from hall.staff.model import Role, StaffMember
from kit import clock
from kit.clock import day_of
from kit.db import Tx
from kit.settings import Settings


@dataclass(frozen=True, slots=True)
class Press:
    """Who presses at which counter when; `number`, `letter` and `why` where the press needs them."""

    counter: Counter
    staff: StaffMember
    now: datetime
    number: str = ""
    letter: str = ""
    why: str = ""


async def _open(tx: Tx, press: Press) -> str:
    await calling.open_post(tx, press.counter, press.staff, press.now)
    return f"{press.counter.number}号窗口开窗，{press.staff.name}在值。叫人用 next。"


async def _pause(tx: Tx, press: Press) -> str:
    await calling.pause(tx, press.counter, press.staff, press.now)
    return f"{press.counter.number}号窗口暂离。回来了用 resume。"


async def _resume(tx: Tx, press: Press) -> str:
    await calling.resume(tx, press.counter, press.staff, press.now)
    return f"{press.counter.number}号窗口继续叫号。"


async def _close(tx: Tx, press: Press) -> str:
    await calling.close_post(tx, press.counter, press.staff, press.now)
    return f"{press.counter.number}号窗口关窗，辛苦了。"


async def _next(tx: Tx, press: Press) -> str:
    return await _said(tx, press, await calling.call_next(tx, press.counter, press.staff, press.now))


async def _recall(tx: Tx, press: Press) -> str:
    return await _said(tx, press, await calling.recall(tx, press.counter, press.staff, press.now))


async def _said(tx: Tx, press: Press, ticket: Ticket) -> str:
    times = f"（第{ticket.calls}次）" if ticket.calls > 1 else ""
    seen = await calling.called(tx, press.counter, press.now)
    return f"请 {ticket.number} 到{press.counter.number}号窗口{times}。" + (_who(seen) if seen else "")


def _who(seen: Called) -> str:
    known = [part for part in (seen.name, seen.phone, seen.matter) if part]
    return "\n" + "　".join(known) if known else ""


async def _serve(tx: Tx, press: Press) -> str:
    ticket = await calling.serve(tx, press.counter, press.staff, press.now)
    return f"{ticket.number} 到窗口了，开始办理。"


async def _finish(tx: Tx, press: Press) -> str:
    return f"{(await calling.finish(tx, press.counter, press.staff, press.now)).number} 办完了。"


async def _missed(tx: Tx, press: Press) -> str:
    ticket = await calling.missed(tx, press.counter, press.staff, press.now)
    return f"{ticket.number} 过号。人来了用 come-back {ticket.number}。"


async def _transfer(tx: Tx, press: Press) -> str:
    ticket = await calling.transfer(tx, press.counter, press.staff, press.letter, press.why, press.now)
    return f"{ticket.number} 转到{press.letter.upper()}类，号不变，按原来取号的时间排。"


async def _come_back(tx: Tx, press: Press) -> str:
    ticket = await queue.come_back(tx, await _ticket(tx, press), press.staff.name, press.now)
    return f"{ticket.number} 重新排上了，前面还有 {await queue.ahead(tx, ticket, press.now)} 位。"


async def _leave(tx: Tx, press: Press) -> str:
    ticket = await queue.leave(tx, await _ticket(tx, press), press.staff.name, press.now)
    return f"{ticket.number} 不办了，号已经撤下。"


async def _ticket(tx: Tx, press: Press) -> Ticket:
    found = await queue.find(tx, press.counter.hall_id, press.number, day_of(press.now))
    if found is None:
        raise TicketNotFound(number=press.number.upper())
    return found


async def _waiting(tx: Tx, press: Press) -> str:
    line = await calling.in_line(tx, press.counter, press.now)
    return "\n".join(f"{one.number}　{one.kind}　已等{one.minutes}分钟" for one in line) or "没有人在等。"


AT_A_DESK = (Role.CLERK, Role.GUIDE, Role.LEAD)  # each press is a fact of the queue, with who pressed
PRESSES: dict[str, tuple[Callable[[Tx, Press], Awaitable[str]], str]] = {
    "open": (_open, "开窗"),
    "next": (_next, "叫下一位"),
    "recall": (_recall, "再叫一次"),
    "serve": (_serve, "人到窗口，开始办理"),
    "finish": (_finish, "办完"),
    "missed": (_missed, "叫了没有人来，过号"),
    "transfer": (_transfer, "转到另一类"),
    "come-back": (_come_back, "过号的人来了，重新排上"),
    "left": (_leave, "人走了，撤号"),
    "pause": (_pause, "暂离"),
    "resume": (_resume, "暂离回来"),
    "close": (_close, "关窗"),
    "waiting": (_waiting, "谁在等，按叫号的次序"),
}


def add(commands: Any) -> None:
    command = commands.add_parser("desk", help="窗口叫号")
    command.add_argument("counter", metavar="COUNTER", type=int, help="窗口号")
    presses = command.add_subparsers(dest="press", required=True, metavar="做什么")
    for name, (_, meaning) in PRESSES.items():
        press = presses.add_parser(name, help=meaning)
        if name == "transfer":
            press.add_argument("letter", metavar="LETTER", help="转到哪一类，比如 B")
            press.add_argument("--why", required=True, metavar="TEXT", help="为什么转")
        if name in ("come-back", "left"):
            press.add_argument("number", metavar="NUMBER", help="票号，比如 A012")
        named_by_staff(press, *AT_A_DESK)
        press.add_argument("--hall", metavar="ID", help="哪个大厅（默认见 settings.toml）")
    command.set_defaults(run=run)


def run(settings: Settings, arguments: argparse.Namespace) -> None:
    print(asyncio.run(_run(settings, arguments)))


async def _run(settings: Settings, arguments: argparse.Namespace) -> str:
    hall_id = arguments.hall or settings.hall.id
    given = {name: getattr(arguments, name, "") for name in ("number", "letter", "why")}
    async with opened(settings) as db:
        who_where = (hall_id, arguments.counter, arguments.staff)
        return await db.transact(pressed, arguments.press, *who_where, given, clock.now())


async def pressed(
    tx: Tx, name: str, hall_id: str, number: int, staff_name: str, given: dict[str, str], now: datetime
) -> str:
    """What the clerk reads after the press. Raises StaffUnknown, HallNotFound, CounterNotFound, and as the verb."""
    staff = await people.named(tx, staff_name, AT_A_DESK, hall_id)
    await places.hall(tx, hall_id)
    found = [counter for counter in await places.counters(tx, hall_id) if counter.number == number]
    if not found:
        raise CounterNotFound(number=number)
    verb, _ = PRESSES[name]
    return await verb(tx, Press(found[0], staff, now, **given))
