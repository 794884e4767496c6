"""Who is signed in: an opaque token in a cookie, its fingerprint here.

A session ends when nothing was asked for so long (idle), after so long whatever happens (in all), when its person is
disabled or gets another password, and when they say so.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, insert, or_, select, update

from hall.staff.model import EVERYWHERE, Session, StaffMember
from hall.staff.reading import columns, grants_of, member_of
from hall.staff.tables import staff, staff_sessions
from kit.db import Row, Tx
from kit.secrets import fingerprint, new_token

TOUCHED = timedelta(minutes=1)  # how exactly it is known when somebody was last seen: a write a minute, not a request
NO_DEVICE = "命令行或不明设备"

of_session = (
    staff_sessions.c.mark,
    staff_sessions.c.hall_id,
    staff_sessions.c.is_proved,
    staff_sessions.c.began_at,
    staff_sessions.c.seen_at,
    staff_sessions.c.device,
)


@dataclass(frozen=True, slots=True)
class Limits:
    idle: timedelta
    in_all: timedelta

    @classmethod
    def of(cls, idle_minutes: int, session_hours: int) -> "Limits":
        return cls(timedelta(minutes=idle_minutes), timedelta(hours=session_hours))

    def is_over(self, now: datetime) -> ColumnElement[bool]:
        return or_(staff_sessions.c.seen_at <= now - self.idle, staff_sessions.c.began_at <= now - self.in_all)


async def begin(
    tx: Tx, member: StaffMember, hall_id: str, device: str, now: datetime, *, is_proved: bool | None = None
) -> str:
    """The token, told once. It looks at `hall_id`, or where they have no role there at the first where they have.

    `is_proved`: None where that depends on whether they have a second step.
    """
    token = new_token()
    held = [grant.hall_id for grant in member.grants]
    there = hall_id if not held or EVERYWHERE in held or hall_id in held else held[0]
    proved = not member.has_totp if is_proved is None else is_proved
    made = {"staff_id": member.id, "hall_id": there, "is_proved": proved, "began_at": now, "seen_at": now}
    await tx.run(insert(staff_sessions).values(mark=fingerprint(token), device=device or NO_DEVICE, **made))
    return token


async def recognise(tx: Tx, token: str, now: datetime, limits: Limits) -> Session | None:
    """Whose the token is; None when it is nobody's, over, or its person is disabled."""
    joined = select(*of_session, *columns).join(staff, staff_sessions.c.staff_id == staff.c.id)
    in_force = (staff_sessions.c.mark == fingerprint(token), staff.c.disabled_at.is_(None), ~limits.is_over(now))
    row = await tx.one(joined.where(*in_force))
    return None if row is None else _session(row, member_of(row, await grants_of(tx, row.id)))


def _session(row: Row, member: StaffMember) -> Session:
    return Session(row.mark, member, row.hall_id, row.is_proved, row.began_at, row.seen_at, row.device)


async def of(tx: Tx, member: StaffMember, now: datetime, limits: Limits) -> list[Session]:
    """Theirs that are not over, the latest seen first."""
    theirs = (staff_sessions.c.staff_id == member.id, ~limits.is_over(now))
    rows = await tx.all(select(*of_session).where(*theirs).order_by(staff_sessions.c.seen_at.desc()))
    return [_session(row, member) for row in rows]


async def touch(tx: Tx, session: Session, now: datetime) -> None:
    await tx.run(update(staff_sessions).where(staff_sessions.c.mark == session.mark).values(seen_at=now))


async def prove(tx: Tx, session: Session) -> None:
    await tx.run(update(staff_sessions).where(staff_sessions.c.mark == session.mark).values(is_proved=True))


async def look_at(tx: Tx, session: Session, hall_id: str) -> None:
    """From now on they look at another hall; whether they have a role there is seen at every request."""
    await tx.run(update(staff_sessions).where(staff_sessions.c.mark == session.mark).values(hall_id=hall_id))


async def end(tx: Tx, session: Session) -> None:
    await tx.run(delete(staff_sessions).where(staff_sessions.c.mark == session.mark))


async def end_all(tx: Tx, staff_id: int) -> None:
    await tx.run(delete(staff_sessions).where(staff_sessions.c.staff_id == staff_id))


async def sweep(tx: Tx, now: datetime, limits: Limits) -> int:
    """Deletes those that are over; returns how many."""
    return await tx.run(delete(staff_sessions).where(limits.is_over(now)))
