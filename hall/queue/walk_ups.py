"""Somebody at the counter who has no number: they get one, and are served there at once."""

from datetime import datetime

from hall.appointments.model import Appointment
from hall.appointments.refusals import AlreadyCancelled, MissedTime
from hall.matters import service as matters
from hall.matters.model import Group
from hall.places.model import Counter
from hall.queue import estimates, lines
from hall.queue import service as queue
from hall.queue.desks import Desk, begin_here, call_here, check_free, manned, read_desk
from hall.queue.model import (
    GroupNotFound,
    NotExpected,
    NotWaiting,
    OthersWait,
    PostPaused,
    PostState,
    State,
    Ticket,
    What,
)
from hall.staff.model import StaffMember
from kit.clock import day_of
from kit.db import Tx

GONE = {MissedTime: "过了可以签到的时间", AlreadyCancelled: "已经取消了"}


async def serve_who_is_here(
    tx: Tx, counter: Counter, staff: StaffMember, letter: str, appointment: Appointment | None, now: datetime
) -> Ticket:
    """Gives a number of a group this counter serves, or for an appointment, and begins to serve it.

    Only while nobody waits whom this counter could call: a number is no way past the line. Raises CounterNotFound,
    PostNotOpen, PostTaken, PostPaused, StillServing, OthersWait, GroupNotFound, NotExpected, and as `queue.take`.
    """
    desk = await read_desk(tx, counter)
    on = day_of(now)
    await lines.lock(tx, desk.hall_id, desk.group_ids, on)
    post = await manned(tx, desk, staff, now)
    if post.state is PostState.PAUSED:
        raise PostPaused(counter=desk.number)
    await check_free(tx, desk, post)
    waiting = [one for one in await lines.waiting(tx, desk.hall_id, desk.group_ids, on) if desk.serves(one)]
    if appointment is not None:
        group = await matters.group(tx, appointment.group_id)
        waiting = [one for one in waiting if one.appointment_id != appointment.id]
    else:
        group = _group(desk, letter)
    if waiting:
        raise OthersWait(count=len(waiting), counter=desk.number)
    return await begin(tx, desk, staff, group, appointment, now)


async def begin(
    tx: Tx, desk: Desk, staff: StaffMember, group: Group, appointment: Appointment | None, now: datetime
) -> Ticket:
    """The number, called and served at one go; whoever comes here has seen to it that the counter is free.

    Who is early for an appointment is welcome: the time to check in from keeps them from being called before others,
    and there are none.
    """
    citizen_id = None if appointment is None else appointment.citizen_id
    try:
        taken = await queue.take(
            tx, desk.hall_id, group, citizen_id, now, appointment, by=staff.name, may_be_early=True
        )
    except (MissedTime, AlreadyCancelled) as gone:
        raise NotExpected(why=GONE[type(gone)]) from gone
    if taken.state is not State.WAITING:
        raise NotWaiting(number=taken.number, state=taken.state.chinese)
    called, _ = await call_here(tx, desk, staff, taken, What.CALLED, now)
    await estimates.settle(tx, called, now)
    return await begin_here(tx, desk, staff, called, now)


def _group(desk: Desk, letter: str) -> Group:
    served = {one.letter: one for one in desk.groups}
    if letter not in served:
        raise GroupNotFound(letter=letter, letters="、".join(served))
    return served[letter]
