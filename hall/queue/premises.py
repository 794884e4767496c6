"""The hall itself and its counters, changed while people wait: what stands on them is brought in line at once.

Whoever sits down and whoever takes the counter down lock its row first, then its post: of the two at once the second
sees what the first has done.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from hall.appointments import open_days
from hall.appointments.open_days import InLine
from hall.matters import service as matters
from hall.matters.model import Matter, MatterUnknown
from hall.places import service as places
from hall.places.model import Counter, Hall
from hall.queue import lines
from hall.queue.desks import read_desk, read_post
from hall.queue.model import CounterManned, PostState
from kit.db import Tx

UNKNOWN = "还没有登记"


async def change_hall(tx: Tx, hall: Hall, days_ahead: int, now: datetime) -> InLine:
    """Changes what is known of a hall, and its slots with its hours. Raises HallNotFound, BadHours, BadHall."""
    await places.set_hall(tx, hall)
    done = await open_days.in_line(tx, hall, days_ahead, now)
    await lines.show(tx, hall.id)
    return done


async def set_up(tx: Tx, counter: Counter) -> None:
    """A new counter. Raises CounterExists, and as `change`."""
    await _check(tx, counter)
    await places.add_counter(tx, counter)
    await lines.show(tx, counter.hall_id)


async def change(tx: Tx, counter: Counter) -> None:
    """Sets up a counter, or changes the one of its number. Raises BadCounter, GroupUnknown, MatterUnknown."""
    await _check(tx, counter)
    await places.set_counter(tx, counter)
    await lines.show(tx, counter.hall_id)


async def _check(tx: Tx, counter: Counter) -> None:
    """Raises GroupUnknown, MatterUnknown."""
    chosen = {(await matters.lettered(tx, counter.hall_id, letter)).id for letter in counter.groups}
    there = {one.id for one in await matters.catalogue(tx, counter.hall_id) if one.group_id in chosen}
    for matter_id in counter.matters or ():
        if matter_id not in there:
            raise MatterUnknown(letters="".join(counter.groups), matter=matter_id)


async def take_down(tx: Tx, hall_id: str, number: int, now: datetime) -> None:
    """The counter is no more; what was done at it stays. Raises CounterNotFound, CounterManned."""
    desk = await read_desk(tx, Counter(hall_id, number, "", ()), is_locked=True)
    post = await read_post(tx, desk, now)
    if post is not None and post.state is not PostState.CLOSED:
        raise CounterManned(number=number, by=post.by)
    await places.take_down(tx, hall_id, number, now)
    await lines.show(tx, hall_id)


async def unserved(tx: Tx, hall_id: str, but: int | None = None, instead: Counter | None = None) -> tuple[Matter, ...]:
    """What no counter serves though it is done at the hall: as things stand, were counter `but` gone, or were there
    `instead`, in place of the counter of its number.
    """
    gone = {but, instead.number if instead else None}
    kept = [one for one in await places.counters(tx, hall_id) if one.number not in gone]
    letters = {group.id: group.letter for group in await matters.groups(tx, hall_id)}
    return _left_over(await matters.catalogue(tx, hall_id), letters, [*kept, *([instead] if instead else [])])


def _left_over(every: Collection[Matter], letters: dict[int, str], counters: Collection[Counter]) -> tuple[Matter, ...]:
    def is_served(matter: Matter) -> bool:
        return any(counter.serves(letters[matter.group_id], matter.id) for counter in counters)

    return tuple(matter for matter in every if not matter.places and not is_served(matter))


async def plain_hall(tx: Tx, hall_id: str) -> dict[str, Any]:
    """A hall as the audit trail tells it; empty where there is none."""
    here = next((one for one in await places.halls(tx) if one.id == hall_id), None)
    if here is None:
        return {}
    hours = "，".join(f"{opens:%H:%M}-{closes:%H:%M}" for opens, closes in here.hours)
    kept = {"名称": here.name, "地址": here.address or UNKNOWN, "电话": here.phone or UNKNOWN}
    return kept | {"开放时间": hours, "示例": here.is_sample}


async def plain(tx: Tx, hall_id: str, number: int) -> dict[str, Any]:
    """A counter as the audit trail tells it; empty where there is none."""
    here = next((one for one in await places.counters(tx, hall_id) if one.number == number), None)
    if here is None:
        return {}
    names = {one.id: one.name for one in await matters.catalogue(tx, hall_id, with_withdrawn=True)}
    only = None if here.matters is None else [names.get(one, one) for one in here.matters]
    return {"名称": here.name, "业务组": list(here.groups), "只办": only or "各组的事都办"}
