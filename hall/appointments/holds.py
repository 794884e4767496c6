"""Holding a place for a few minutes while the form is filled in: it belongs to one person, and there are few."""

from datetime import datetime, timedelta

from hall.appointments import kept, people, permits, rule_book
from hall.appointments.booking import take_place
from hall.appointments.checks import unfit
from hall.appointments.model import Hold
from hall.appointments.offers import Of, nearest_on_offer
from hall.appointments.refusals import HoldNotFound, NotBookable, SlotFull, TooManyHolds
from hall.appointments.rules import Key
from hall.appointments.slots import slot
from hall.citizens import service as citizens
from hall.matters.model import Matter
from kit.db import Tx


async def hold(tx: Tx, citizen_id: int, slot_id: int, matter: Matter, now: datetime) -> Hold:
    """Keeps one place for one person; asked again for the same slot it is the same hold, and no longer than before.

    Raises NotBookable, SlotGone, SlotNotForMatter, MatterShut, Banned, OutsideWindow, LimitReached, TooManyHolds,
    SlotFull.
    """
    if not matter.is_open_to_booking:
        raise NotBookable(matter=matter.name)
    rules = await rule_book.rules_of(tx, matter.hall_id, matter.group_id, matter.id)
    await citizens.lock(tx, citizen_id)
    mine = await kept.own(tx, citizen_id)
    running = [one for one in mine if one.until_at > now]
    for one in running:
        if one.slot.id == slot_id:
            return one
    await kept.give_up(tx, [one for one in mine if one.until_at <= now], now)
    wanted = await slot(tx, slot_id)
    if said := unfit(wanted, matter.hall_id, matter.group_id, matter.name, now):
        raise said
    assert wanted is not None, "a slot that fits is there"
    if sum(one.waiting_id is None for one in running) >= rules.most_holds:  # offered ones were not asked for
        raise TooManyHolds(most=rules.most_holds, minutes=rules.hold_minutes)
    marks = {Key.CITIZEN: Key.CITIZEN.mark(citizen_id)}  # the form may be for somebody with another phone
    if said := await permits.objection(tx, rules, wanted, matter.id, marks, now):
        raise said
    if not await take_place(tx, slot_id):
        raise SlotFull(await nearest_on_offer(tx, Of.matter(matter), wanted.starts_at, now))
    until_at = min(now + timedelta(minutes=rules.hold_minutes), wanted.starts_at)
    return await kept.keep(tx, citizen_id, wanted, until_at)


async def release(tx: Tx, citizen_id: int, hold_id: int, now: datetime) -> None:
    """Gives a held place back before its time; of an offered one it means no, thank you. Raises HoldNotFound."""
    await citizens.lock(tx, citizen_id)
    mine = [one for one in await kept.own(tx, citizen_id) if one.id == hold_id]
    if not mine:
        raise HoldNotFound()
    await kept.give_up(tx, mine, now)


async def own(tx: Tx, citizen_id: int, now: datetime) -> tuple[Hold, ...]:
    """What is kept for a person now, offered places among it."""
    return tuple(one for one in await kept.own(tx, citizen_id) if one.until_at > now)


async def expire_holds(tx: Tx, now: datetime, n: int = 100) -> int:
    """Job: gives back the places of holds that have run out; returns how many. Safe from several workers at once."""
    over = await kept.run_out(tx, now, n)
    await people.lock(tx, {citizen_id for citizen_id, _ in over}, ())
    return await kept.give_up(tx, [one for _, one in over], now)
