"""The second step of signing in: a code by the clock from a telephone, or a recovery code, each taken once.

A secret with no step yet is one whose owner has not shown a code of it: it counts only from then on.
"""

from datetime import datetime

from sqlalchemy import delete, or_, select, update

from hall.staff.model import WrongCode
from hall.staff.tables import staff, staff_codes
from kit import totp
from kit.db import Tx
from kit.secrets import fingerprint, readable_code

CODES, CODE_LENGTH = 8, 10  # 10 of 31 signs: 49 bits


async def begin(tx: Tx, staff_id: int) -> str:
    """The secret to show; the same one until it is confirmed, so that a page loaded anew shows no other."""
    row = await tx.one(select(staff.c.totp_secret, staff.c.totp_step).where(staff.c.id == staff_id).with_for_update())
    assert row is not None, "there is no such member of staff"
    if row.totp_secret is not None:
        return str(row.totp_secret)
    secret = totp.new_secret()
    await tx.run(update(staff).where(staff.c.id == staff_id).values(totp_secret=secret))
    return secret


async def confirm(tx: Tx, staff_id: int, code: str, now: datetime) -> tuple[str, ...]:
    """Switches it on; the recovery codes, told once. Raises WrongCode."""
    await _take(tx, staff_id, code, now)
    await tx.run(delete(staff_codes).where(staff_codes.c.staff_id == staff_id))
    codes = tuple(readable_code(CODE_LENGTH) for _ in range(CODES))
    await tx.insert_all(staff_codes, [{"mark": _mark(staff_id, one), "staff_id": staff_id} for one in codes])
    return codes


async def check(tx: Tx, staff_id: int, code: str, now: datetime) -> None:
    """A code of the telephone, or a recovery code. Raises WrongCode."""
    tidy = code.replace(" ", "").replace("-", "").upper()
    if len(tidy) != CODE_LENGTH:
        await _take(tx, staff_id, tidy, now)
    elif await tx.run(delete(staff_codes).where(staff_codes.c.mark == _mark(staff_id, tidy))) == 0:
        raise WrongCode()


async def _take(tx: Tx, staff_id: int, code: str, now: datetime) -> None:
    secret = await tx.value(select(staff.c.totp_secret).where(staff.c.id == staff_id))
    step = None if secret is None else totp.step_of_code(secret, code, now)
    unused = or_(staff.c.totp_step.is_(None), staff.c.totp_step < (step or 0))
    if step is None or await tx.run(update(staff).where(staff.c.id == staff_id, unused).values(totp_step=step)) == 0:
        raise WrongCode()


def _mark(staff_id: int, code: str) -> str:
    return fingerprint(f"recovery {staff_id} {code}")
