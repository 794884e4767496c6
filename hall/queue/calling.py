"""What a clerk does at a counter: opening it, calling the next, and what follows the call.

`counter` is the counter itself, `staff` the member of staff who sits there, `now` the instant of the press. Every verb
leaves a fact and moves the board in the same transaction.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select, update

from hall.appointments.tables import appointments
from hall.matters import service as matters
from hall.matters.model import Group
from hall.notices import service as notices
from hall.notices.model import Kind
from hall.places.model import Counter
from hall.queue import estimates, lines
from hall.queue import rules as the_rules
from hall.queue.desks import (
    Desk,
    become,
    begin_here,
    call_here,
    check_free,
    check_staff,
    manned,
    read_desk,
    read_post,
)
from hall.queue.model import (
    JOB,
    AlreadyHere,
    CallAgain,
    Called,
    GroupNotFound,
    InLine,
    NobodyCalled,
    NobodyWaits,
    NotHereYet,
    Post,
    PostPaused,
    PostState,
    Privilege,
    ReasonNeeded,
    SameGroup,
    State,
    Ticket,
    What,
)
from hall.queue.rules import Rules
from hall.queue.tables import posts, ticket_facts
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Duplicate, Tx
from kit.ids import mask_name, mask_phone

MOST_WHY = 60  # characters of a reason; the note holds twice that
IN_TURN = "普通"


# ------------------------------------------------------------------------------------------------ the post


async def open_post(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Post:
    """A member of staff sits down; whoever sits there already stays. Raises CounterNotFound, PostTaken."""
    desk = await read_desk(tx, counter, is_locked=True)
    post = await read_post(tx, desk, now)
    if post is not None and post.state is not PostState.CLOSED:
        check_staff(desk, post, staff)
        return post
    new = {"hall_id": desk.hall_id, "state": PostState.OPEN, "by": staff.name, "ticket_id": None, "since": now}
    step = update(posts).where(posts.c.counter_id == desk.id).values(**new)
    if await tx.run(step) == 0:
        try:
            await tx.run(insert(posts).values(counter_id=desk.id, **new))
        except Duplicate:  # somebody sat down at the same instant
            return await open_post(tx, counter, staff, now)
    await _tell_board(tx, desk, What.OPENED, staff, now)
    return Post(desk.id, desk.hall_id, desk.number, PostState.OPEN, staff.name, None, now)


async def pause(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Post:
    """Away for a moment (暂离); pausing twice changes nothing. Raises PostNotOpen, PostTaken, StillServing."""
    return await _turn(tx, counter, staff, now, PostState.PAUSED, What.PAUSED)


async def resume(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Post:
    """Back again; twice changes nothing. Raises PostNotOpen, PostTaken."""
    return await _turn(tx, counter, staff, now, PostState.OPEN, What.RESUMED)


async def close_post(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Post:
    """Done for now. Raises PostNotOpen, PostTaken, StillServing."""
    return await _turn(tx, counter, staff, now, PostState.CLOSED, What.CLOSED)


async def _turn(tx: Tx, counter: Counter, staff: StaffMember, now: datetime, state: PostState, what: What) -> Post:
    desk = await read_desk(tx, counter)
    post = await manned(tx, desk, staff, now)
    if post.state is state:
        return post
    if state is not PostState.OPEN:
        await check_free(tx, desk, post)
    await tx.run(update(posts).where(posts.c.counter_id == desk.id).values(state=state, since=now))
    await _tell_board(tx, desk, what, staff, now)
    return replace(post, state=state, since=now)


async def _tell_board(tx: Tx, desk: Desk, what: What, staff: StaffMember, now: datetime) -> None:
    await lines.write(tx, desk.hall_id, what, now, staff.name, counter_id=desk.id)
    await lines.show(tx, desk.hall_id)


# ------------------------------------------------------------------------------------------------ calling


async def call_next(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Ticket:
    """Calls whoever is next by the hall's rule in the groups and matters this counter serves.

    Raises CounterNotFound, PostNotOpen, PostTaken, PostPaused, StillServing, NobodyWaits.
    """
    desk = await read_desk(tx, counter)
    on = day_of(now)
    numbers = await lines.lock(tx, desk.hall_id, desk.group_ids, on)
    post = await manned(tx, desk, staff, now)
    if post.state is PostState.PAUSED:
        raise PostPaused(counter=desk.number)
    await check_free(tx, desk, post)
    line = [one for one in await lines.waiting(tx, desk.hall_id, desk.group_ids, on) if desk.serves(one)]
    if not line:
        raise NobodyWaits(counter=desk.number)
    rules = await lines.rules(tx, desk.hall_id)
    runs = {group_id: row.run for group_id, row in numbers.items()}
    flow = await lines.flow(tx, line, desk.hall_id, runs, on)
    following, *rest = the_rules.order(line, rules, flow, now)
    for group_id, run in runs.items():
        after = the_rules.run_after(following, line, rules, run, now)
        if after != run:
            await lines.number(tx, desk.hall_id, group_id, on, privileged_run=after)
    early = the_rules.is_privileged(following, rules, now) and the_rules.is_before_its_turn(following, rest, rules, now)
    called = await _call(tx, desk, staff, following, What.CALLED, now, lines.BEFORE_ITS_TURN if early else None)
    await estimates.settle(tx, called, now)
    await _tell_soon(tx, desk, rest, rules, now)
    await lines.show(tx, desk.hall_id)
    return called


async def _call(
    tx: Tx, desk: Desk, staff: StaffMember, ticket: Ticket, what: What, now: datetime, note: str | None = None
) -> Ticket:
    """Calls a ticket to this counter, for the first time or again, and tells the person."""
    called, fact = await call_here(tx, desk, staff, ticket, what, now, note)
    if ticket.citizen_id is not None:
        told = {"ticket": ticket.number, "counter": desk.number}
        await notices.tell(tx, ticket.citizen_id, Kind.CALLED, told, f"called:{fact}", now, hall_id=desk.hall_id)
    return called


async def _tell_soon(tx: Tx, desk: Desk, rest: Sequence[Ticket], rules: Rules, now: datetime) -> None:
    """Tells those whom `soon_ahead` or fewer of their group stand before, each once."""
    places: dict[int, int] = {}
    near: list[tuple[int, Ticket]] = []
    for ticket in rest:
        ahead = places.get(ticket.group_id, 0)
        places[ticket.group_id] = ahead + 1
        if ahead <= rules.soon_ahead and ticket.citizen_id is not None:
            near.append((ahead, ticket))
    if not near:
        return
    ids = [ticket.id for _, ticket in near]
    asked = select(ticket_facts.c.ticket_id).where(ticket_facts.c.ticket_id.in_(ids), ticket_facts.c.what == What.SOON)
    known = {row.ticket_id for row in await tx.all(asked)}
    untold = [(ahead, ticket) for ahead, ticket in near if ticket.id not in known]
    waits = await estimates.for_tickets(tx, desk.hall_id, [ticket for _, ticket in untold], now)
    for (ahead, ticket), wait in zip(untold, waits, strict=True):
        assert ticket.citizen_id is not None
        await lines.write(tx, desk.hall_id, What.SOON, now, JOB, ticket.id)
        told = {"ticket": ticket.number, "ahead": ahead, "low": wait.low, "high": wait.high}
        await notices.tell(tx, ticket.citizen_id, Kind.SOON, told, f"soon:{ticket.id}", now, hall_id=desk.hall_id)


async def _current(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> tuple[Desk, Ticket]:
    """Whom this counter has called or serves; the post is locked. Raises PostNotOpen, PostTaken, NobodyCalled."""
    desk = await read_desk(tx, counter)
    return desk, await _at(tx, desk, await manned(tx, desk, staff, now))


async def _at(tx: Tx, desk: Desk, post: Post) -> Ticket:
    held = None if post.ticket_id is None else await lines.ticket(tx, post.ticket_id)
    if held is None:
        raise NobodyCalled(counter=desk.number)
    return held


async def recall(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Ticket:
    """Calls the same person again. Raises PostNotOpen, PostTaken, NobodyCalled, AlreadyHere."""
    desk, held = await _current(tx, counter, staff, now)
    if held.state is not State.CALLED:
        raise AlreadyHere(number=held.number, counter=desk.number)
    called = await _call(tx, desk, staff, held, What.RECALLED, now)
    await lines.show(tx, desk.hall_id)
    return called


async def serve(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Ticket:
    """The person is at the counter. Raises PostNotOpen, PostTaken, NobodyCalled, AlreadyHere."""
    desk, held = await _current(tx, counter, staff, now)
    if held.state is not State.CALLED:
        raise AlreadyHere(number=held.number, counter=desk.number)
    return await begin_here(tx, desk, staff, held, now)


async def finish(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Ticket:
    """Done. Raises PostNotOpen, PostTaken, NobodyCalled, NotHereYet."""
    desk, held = await _current(tx, counter, staff, now)
    if held.state is not State.SERVING:
        raise NotHereYet(number=held.number)
    await _free(tx, desk)
    await lines.change(tx, held.id, live_key=None)
    return await become(tx, desk, staff, held, What.SERVED, now, state=State.SERVED, ended_at=now)


async def missed(tx: Tx, counter: Counter, staff: StaffMember, now: datetime) -> Ticket:
    """Nobody came (过号); they may come back (`service.come_back`).

    Raises PostNotOpen, PostTaken, NobodyCalled, AlreadyHere, CallAgain.
    """
    desk, held = await _current(tx, counter, staff, now)
    if held.state is not State.CALLED:
        raise AlreadyHere(number=held.number, counter=desk.number)
    rules = await lines.rules(tx, desk.hall_id)
    if held.calls < rules.calls_before_missed:
        raise CallAgain(number=held.number, calls=held.calls, needed=rules.calls_before_missed)
    await _free(tx, desk)
    fact = await lines.write(tx, desk.hall_id, What.MISSED, now, staff.name, held.id, desk.id)
    await lines.change(tx, held.id, state=State.MISSED)
    if held.citizen_id is not None:
        told = {"ticket": held.number, "back": rules.back_behind}
        await notices.tell(tx, held.citizen_id, Kind.MISSED, told, f"missed:{fact}", now, hall_id=desk.hall_id)
    await lines.show(tx, desk.hall_id)
    return replace(held, state=State.MISSED)


async def transfer(tx: Tx, counter: Counter, staff: StaffMember, letter: str, why: str, now: datetime) -> Ticket:
    """Sends the person on to another group of the hall: they keep number and turn, so they are soon called there.

    They wait for any counter of that group, whatever the matter.
    Raises PostNotOpen, PostTaken, NobodyCalled, ReasonNeeded, GroupNotFound, SameGroup.
    """
    why = " ".join(why.split())
    if not 0 < len(why) <= MOST_WHY:
        raise ReasonNeeded(most=MOST_WHY)
    desk = await read_desk(tx, counter)
    group = await _group(tx, desk.hall_id, letter)
    await lines.lock(tx, desk.hall_id, [*desk.group_ids, group.id], day_of(now))
    held = await _at(tx, desk, await manned(tx, desk, staff, now))
    if held.group_id == group.id:
        raise SameGroup(number=held.number, letter=group.letter)
    privilege = held.privilege
    if privilege is None and Privilege.TRANSFERRED in (await lines.rules(tx, desk.hall_id)).privileged:
        privilege = Privilege.TRANSFERRED
    await _free(tx, desk)
    await _move_key(tx, held, group)
    values = {"group_id": group.id, "matter_id": None, "privilege": privilege, "calls": 0, "serving_at": None}
    return await become(tx, desk, staff, held, What.TRANSFERRED, now, note=why, state=State.WAITING, **values)


async def _move_key(tx: Tx, held: Ticket, group: Group) -> None:
    """So that asking for a ticket there gives this one; someone who holds another there keeps both."""
    try:
        await lines.change(tx, held.id, live_key=lines.live_key(held.citizen_id, group.id, held.on))
    except Duplicate:
        await lines.change(tx, held.id, live_key=None)


async def _group(tx: Tx, hall_id: str, letter: str) -> Group:
    groups = {group.letter: group for group in await matters.groups(tx, hall_id)}
    if (asked := letter.strip().upper()) not in groups:
        raise GroupNotFound(letter=letter, letters="、".join(groups))
    return groups[asked]


async def _free(tx: Tx, desk: Desk) -> None:
    await tx.run(update(posts).where(posts.c.counter_id == desk.id).values(ticket_id=None))


# ------------------------------------------------------------------------------------------------ what a clerk sees


async def in_line(tx: Tx, counter: Counter, now: datetime) -> tuple[InLine, ...]:
    """Those this counter may call, in the order in which it would. Raises CounterNotFound."""
    desk = await read_desk(tx, counter)
    on = day_of(now)
    line = [one for one in await lines.waiting(tx, desk.hall_id, desk.group_ids, on) if desk.serves(one)]
    rules = await lines.rules(tx, desk.hall_id)
    runs = await lines.runs(tx, desk.hall_id, desk.group_ids, on)
    ordered = the_rules.order(line, rules, await lines.flow(tx, line, desk.hall_id, runs, on), now)
    return tuple(
        InLine(
            one.number,
            IN_TURN if one.privilege is None else one.privilege.chinese,
            the_rules.minutes(one.taken_at, now),
        )
        for one in ordered
    )


async def called(tx: Tx, counter: Counter, now: datetime) -> Called | None:
    """Whom this counter has called or serves, with what it may see of them. Raises CounterNotFound."""
    desk = await read_desk(tx, counter)
    post = await read_post(tx, desk, now, is_locked=False)
    held = None if post is None or post.ticket_id is None else await lines.ticket(tx, post.ticket_id)
    if held is None:
        return None
    booked = (appointments.c.name, appointments.c.phone, appointments.c.matter_name)
    row = await tx.one(select(*booked).where(appointments.c.id == held.appointment_id))
    name = mask_name(row.name) if row and row.name else None
    phone = mask_phone(row.phone) if row and row.phone else None
    return Called(held, desk.number, row.matter_name if row else None, name, phone)
