"""Signing in: counted, judged, let in. The password is judged between transactions: it takes 50 ms of a processor."""

from datetime import datetime

from sqlalchemy import select

from hall.staff import second_step, sessions, tries
from hall.staff.model import Session, StaffMember, WeakPassword, WrongSignIn
from hall.staff.reading import members_where
from hall.staff.service import password_hash, set_password
from hall.staff.tables import staff
from kit import guesses, passwords
from kit.db import Database, Tx
from kit.guesses import Try


async def enter(db: Database, name: str, password: str, address: str | None, now: datetime) -> StaffMember:
    """The member of staff whose name and password these are. Raises TooManyTries, WrongSignIn.

    A name nobody has, a wrong password and a disabled account are one answer, at the same cost.
    """
    by_name, by_address = tries.name(name), tries.address(address)
    await db.transact(tries.count, by_name, by_address, now=now)
    kept = await db.consult(_hash_of, name)
    if not await passwords.is_right(kept, password):
        raise WrongSignIn()
    return await db.transact(_let_in, name, by_name, by_address)


async def _hash_of(tx: Tx, name: str) -> str | None:
    found: str | None = await tx.value(
        select(staff.c.password_hash).where(staff.c.name == name, staff.c.disabled_at.is_(None))
    )
    return found


async def _let_in(tx: Tx, name: str, by_name: Try, by_address: Try) -> StaffMember:
    await guesses.forgive(tx, by_name)
    await guesses.take_back(tx, by_address)
    found = await members_where(tx, staff.c.name == name)
    return found[0]


async def check_password(db: Database, member: StaffMember, password: str, now: datetime) -> None:
    """Of somebody signed in, before what only they may do. Raises TooManyTries, WrongSignIn."""
    by_name = tries.name(member.name)
    await db.transact(tries.count, by_name, now=now)
    if not await passwords.is_right(await db.consult(password_hash, member.id), password):
        raise WrongSignIn()
    await db.transact(guesses.forgive, by_name)


async def choose_password(db: Database, member: StaffMember, password: str) -> str:
    """The hash of a password they may have. Raises WeakPassword."""
    if why := await passwords.why_weak(password, [member.name]):
        raise WeakPassword(why=why)
    return await passwords.hashed(password)


async def take_password(tx: Tx, session: Session, hashed: str, now: datetime) -> str:
    """The new password holds, every session ends, and this one goes on under the token that is returned."""
    await set_password(tx, session.member.id, hashed)
    return await start_anew(tx, session, now)


async def start_anew(tx: Tx, session: Session, now: datetime) -> str:
    """Every session ends, and this one goes on under the token that is returned."""
    await sessions.end_all(tx, session.member.id)
    return await sessions.begin(tx, session.member, session.hall_id, session.device, now, is_proved=True)


async def prove(db: Database, session: Session, code: str, now: datetime) -> None:
    """The second step. Raises TooManyTries, WrongCode."""
    by_code = tries.second_step(session.member.id)
    await db.transact(tries.count, by_code, now=now)
    await db.transact(_prove, session, code, by_code, now)


async def _prove(tx: Tx, session: Session, code: str, by_code: Try, now: datetime) -> None:
    await second_step.check(tx, session.member.id, code, now)
    await guesses.forgive(tx, by_code)
    await sessions.prove(tx, session)
