"""Meeting, remembering and forgetting people."""

from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from hall.citizens.model import Citizen
from hall.citizens.tables import citizens
from kit.db import Duplicate, Tx
from kit.secrets import fingerprint

citizen_columns = (citizens.c.id, citizens.c.openid, citizens.c.name, citizens.c.phone, citizens.c.met_at)


def citizen_of_row(row: Any) -> Citizen:
    return Citizen(row.id, row.openid, row.name, row.phone, row.met_at)


async def known(tx: Tx, openid: str) -> Citizen | None:
    """The citizen behind an openid, None for a stranger or someone who has left."""
    row = await tx.one(select(*citizen_columns).where(citizens.c.openid_mark == fingerprint(openid)))
    return None if row is None else citizen_of_row(row)


async def meet(tx: Tx, openid: str, now: datetime) -> Citizen:
    """The citizen behind an openid, new if need be; two messages at once meet the same one."""
    met = await known(tx, openid)
    if met is not None:
        return met
    stranger = insert(citizens).values(openid_mark=fingerprint(openid), openid=openid, met_at=now)
    try:
        return Citizen(await tx.insert(stranger), openid, None, None, now)
    except Duplicate:
        met = await known(tx, openid)
        assert met is not None, "the unique key says this openid is there"
        return met


async def by_phone(tx: Tx, phone: str, now: datetime) -> Citizen:
    """Who is known by phone only (eleven digits), new if need be; two calls at once meet the same one.

    Never someone on WeChat: anyone may have typed this phone there, and would then see what is booked for it.
    """
    mark = fingerprint(f"phone:{phone}")
    is_theirs = citizens.c.openid_mark == mark
    row = await tx.one(select(*citizen_columns).where(is_theirs))
    if row is None:
        known_by = {"openid_mark": mark, "openid": None, "phone": phone, "phone_mark": fingerprint(phone)}
        try:
            return Citizen(await tx.insert(insert(citizens).values(met_at=now, **known_by)), None, None, phone, now)
        except Duplicate:
            row = await tx.one(select(*citizen_columns).where(is_theirs))
    assert row is not None, "the unique key says this phone is there"
    return citizen_of_row(row)


async def citizen(tx: Tx, citizen_id: int) -> Citizen:
    """By number, for whoever holds one in hand."""
    row = await tx.one(select(*citizen_columns).where(citizens.c.id == citizen_id))
    assert row is not None, "a citizen's number is never taken back"
    return citizen_of_row(row)


async def lock(tx: Tx, citizen_id: int) -> None:
    """Until the transaction ends nobody else acts for this citizen. Comes before every other lock."""
    await tx.one(select(citizens.c.id).where(citizens.c.id == citizen_id).with_for_update())


async def remember(tx: Tx, citizen_id: int, name: str, phone: str) -> None:
    """Keeps name and phone, so that the next booking need not ask for them."""
    kept = {"name": name, "phone": phone, "phone_mark": fingerprint(phone)}
    await tx.run(update(citizens).where(citizens.c.id == citizen_id).values(**kept))


async def note_phone(tx: Tx, citizen_id: int, phone: str) -> Citizen:
    """Keeps a phone (eleven digits) that WeChat vouches for."""
    await tx.run(update(citizens).where(citizens.c.id == citizen_id).values(phone=phone, phone_mark=fingerprint(phone)))
    return await citizen(tx, citizen_id)


async def forget(tx: Tx, openid: str, now: datetime) -> int | None:
    """Wipes openid, name and phone of someone who unsubscribed. Their number stays, so that other rooms' rows hold.

    Returns that number, None for someone we never met.
    """
    citizen = await known(tx, openid)
    if citizen is None:
        return None
    nothing = dict.fromkeys(("openid_mark", "openid", "name", "phone", "phone_mark"))
    await tx.run(update(citizens).where(citizens.c.id == citizen.id).values(**nothing, left_at=now))
    return citizen.id
