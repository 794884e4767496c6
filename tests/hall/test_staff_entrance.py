"""Signing in: who is let in, how guessing is slowed, and when a session is over."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from hall.staff import entrance, second_step, sessions, tries
from hall.staff import service as staff
from hall.staff.model import (
    EVERYWHERE,
    Grant,
    LastAdmin,
    NotYourRole,
    Role,
    StaffDisabled,
    StaffMember,
    TooManyTries,
    WrongCode,
    WrongSignIn,
)
from hall.staff.tables import staff_sessions
from kit import totp
from kit.db import Database
from tests.hall.builders import MONDAY

LIMITS = sessions.Limits(idle=timedelta(hours=1), in_all=timedelta(hours=12))
MINUTE = timedelta(minutes=1)
GOOD = "橘子 台阶 晚风 四十二"


async def a_member(db: Database, name: str = "王芳", role: str = "clerk", hall: str = "h1") -> tuple[StaffMember, str]:
    """Who has just been added, and the one-time password."""
    password = await db.transact(staff.add, name, role, MONDAY, hall)
    return await db.transact(staff.named, name), password


async def test_the_right_password_lets_in_and_a_wrong_name_and_a_wrong_password_are_one_answer(db: Database) -> None:
    member, password = await a_member(db)
    assert (await entrance.enter(db, "王芳", password, "1.2.3.4", MONDAY)) == member
    said = set()
    for name, tried in (("王芳", "wrong-password"), ("没有这人", password)):
        with pytest.raises(WrongSignIn) as refused:
            await entrance.enter(db, name, tried, "1.2.3.4", MONDAY)
        said.add(refused.value.message)
    assert len(said) == 1


async def test_a_disabled_account_is_answered_like_a_wrong_password(db: Database) -> None:
    await a_member(db, "管理", "admin", EVERYWHERE)
    member, password = await a_member(db)
    await db.transact(staff.disable, member.id, MONDAY)
    with pytest.raises(WrongSignIn):
        await entrance.enter(db, "王芳", password, None, MONDAY)
    with pytest.raises(StaffDisabled):
        await db.consult(staff.named, "王芳")


@pytest.mark.parametrize("name", ["王芳", "没有这人"])
async def test_misses_at_a_name_double_the_wait_whether_or_not_anybody_has_it(db: Database, name: str) -> None:
    _, password = await a_member(db)
    at, waits = MONDAY, []
    for _ in range(5):
        with pytest.raises(WrongSignIn):
            await entrance.enter(db, name, "nonsense-1", None, at)
    for _ in range(3):
        with pytest.raises(TooManyTries) as refused:
            await entrance.enter(db, name, password, None, at)
        seconds = refused.value.details["retry_after_seconds"]
        waits.append((seconds, refused.value.message[7:13]))
        at += timedelta(seconds=seconds)
        with pytest.raises(WrongSignIn):
            await entrance.enter(db, name, "nonsense-2", None, at)
    assert waits == [(60, "还要等1分钟"), (120, "还要等2分钟"), (240, "还要等4分钟")]


async def test_who_signs_in_after_two_misses_starts_from_nothing(db: Database) -> None:
    _, password = await a_member(db)
    for _ in range(4):
        for _ in range(3):
            with pytest.raises(WrongSignIn):
                await entrance.enter(db, "王芳", "nonsense", None, MONDAY)
        await entrance.enter(db, "王芳", password, None, MONDAY)


async def test_an_address_that_tries_many_names_is_slowed_and_another_is_not(db: Database) -> None:
    _, password = await a_member(db)
    for n in range(30):
        await db.transact(tries.count, tries.name(f"n{n}"), tries.address("6.6.6.6"), now=MONDAY)
    with pytest.raises(TooManyTries):
        await entrance.enter(db, "王芳", password, "6.6.6.6", MONDAY)
    await entrance.enter(db, "王芳", password, "7.7.7.7", MONDAY)


async def test_a_hall_whose_people_all_sign_in_at_one_address_is_not_slowed_and_misses_there_still_count(
    db: Database,
) -> None:
    _, password = await a_member(db)
    for n in range(28):
        await db.transact(tries.count, tries.name(f"n{n}"), tries.address("6.6.6.6"), now=MONDAY)
    for _ in range(3):
        await entrance.enter(db, "王芳", password, "6.6.6.6", MONDAY)
    for n in (28, 29):
        await db.transact(tries.count, tries.name(f"n{n}"), tries.address("6.6.6.6"), now=MONDAY)
    with pytest.raises(TooManyTries):
        await entrance.enter(db, "王芳", password, "6.6.6.6", MONDAY)


async def test_many_guesses_at_once_get_no_more_than_one_after_another(db: Database) -> None:
    """Counted before they are judged: 20 at once have the five that are free."""

    async def guess() -> bool:
        try:
            await db.transact(tries.count, tries.name("王芳"), now=MONDAY)
        except TooManyTries:
            return False
        return True

    assert sum(await asyncio.gather(*(guess() for _ in range(20)))) == 5


async def test_a_new_password_ends_every_other_session_and_goes_on_under_a_new_token(db: Database) -> None:
    member, one_time = await a_member(db)
    there = [await db.transact(sessions.begin, member, "h1", "", MONDAY) for _ in range(2)]
    session = await db.consult(sessions.recognise, there[0], MONDAY, LIMITS)
    assert session is not None
    token = await db.transact(entrance.take_password, session, await entrance.choose_password(db, member, GOOD), MONDAY)
    assert [await db.consult(sessions.recognise, old, MONDAY, LIMITS) for old in there] == [None, None]
    renewed = await db.consult(sessions.recognise, token, MONDAY, LIMITS)
    assert renewed is not None
    assert not renewed.member.must_change
    with pytest.raises(WrongSignIn):
        await entrance.enter(db, "王芳", one_time, None, MONDAY)
    await entrance.enter(db, "王芳", GOOD, None, MONDAY)


@pytest.mark.parametrize(
    ("seen", "asked", "is_in"),
    [
        (timedelta(), timedelta(minutes=59), True),
        (timedelta(), timedelta(minutes=60), False),
        (timedelta(hours=11, minutes=30), timedelta(hours=11, minutes=59), True),
        (timedelta(hours=11, minutes=59), timedelta(hours=12), False),
    ],
)
async def test_a_session_ends_when_idle_and_after_a_day_of_work(
    db: Database, seen: timedelta, asked: timedelta, is_in: bool
) -> None:
    member, _ = await a_member(db)
    token = await db.transact(sessions.begin, member, "h1", "", MONDAY)
    session = await db.consult(sessions.recognise, token, MONDAY, LIMITS)
    assert session is not None
    await db.transact(sessions.touch, session, MONDAY + seen)
    assert (await db.consult(sessions.recognise, token, MONDAY + asked, LIMITS) is not None) == is_in
    assert await db.transact(sessions.sweep, MONDAY + asked, LIMITS) == (0 if is_in else 1)


async def test_the_token_is_kept_nowhere_and_the_disabled_are_out_at_once(db: Database) -> None:
    await a_member(db, "管理", "admin", EVERYWHERE)
    member, _ = await a_member(db)
    token = await db.transact(sessions.begin, member, "h1", "", MONDAY)
    async with db.read() as tx:
        assert token not in str(await tx.all(select(staff_sessions)))
    await db.transact(staff.disable, member.id, MONDAY)
    assert await db.consult(sessions.recognise, token, MONDAY, LIMITS) is None


async def test_roles_hold_at_their_hall_and_everywhere_is_every_hall(db: Database) -> None:
    member, _ = await a_member(db)
    await a_member(db, "管理", "admin", EVERYWHERE)
    await db.transact(staff.set_roles, member.id, "h2", [Role.LEAD, Role.EDITOR])
    member = await db.consult(staff.named, "王芳")
    assert member.roles_at("h1") == {Role.CLERK}
    assert member.roles_at("h2") == {Role.LEAD, Role.EDITOR}
    assert member.roles_at("h3") == set()
    admin = await db.consult(staff.named, "管理")
    assert admin.may([Role.ADMIN], "h3")
    with pytest.raises(NotYourRole) as refused:
        await db.consult(staff.named, "王芳", [Role.LEAD, Role.ADMIN], "h1")
    assert (
        refused.value.message
        == "这件事要带班领导、系统管理员来做，王芳在这个大厅是窗口人员。需要的话请找系统管理员加上角色。"
    )


async def test_the_last_admin_of_the_house_can_neither_resign_nor_be_disabled(db: Database) -> None:
    admin, _ = await a_member(db, "管理", "admin", EVERYWHERE)
    other, _ = await a_member(db)
    with pytest.raises(LastAdmin):
        await db.transact(staff.disable, admin.id, MONDAY)
    with pytest.raises(LastAdmin):
        await db.transact(staff.set_roles, admin.id, EVERYWHERE, [])
    await db.transact(staff.set_roles, other.id, EVERYWHERE, [Role.ADMIN])
    await db.transact(staff.disable, admin.id, MONDAY)
    assert (await db.consult(staff.known, "管理")).grants == (Grant(Role.ADMIN, EVERYWHERE),)  # type: ignore[union-attr]


async def _with_second_step(db: Database, now: datetime) -> tuple[StaffMember, str, tuple[str, ...]]:
    member, _ = await a_member(db)
    secret = await db.transact(second_step.begin, member.id)
    assert await db.transact(second_step.begin, member.id) == secret
    assert not (await db.consult(staff.named, "王芳")).has_totp  # until a code was shown
    codes = await db.transact(second_step.confirm, member.id, totp.code_at(secret, totp.step_of(now)), now)
    return await db.consult(staff.named, "王芳"), secret, codes


async def test_the_second_step_takes_each_code_once(db: Database) -> None:
    member, secret, codes = await _with_second_step(db, MONDAY)
    token = await db.transact(sessions.begin, member, "h1", "", MONDAY)
    session = await db.consult(sessions.recognise, token, MONDAY, LIMITS)
    assert session is not None
    assert not session.is_proved
    with pytest.raises(WrongCode):
        await entrance.prove(db, session, totp.code_at(secret, totp.step_of(MONDAY)), MONDAY)  # taken at confirming
    later = MONDAY + MINUTE
    await entrance.prove(db, session, totp.code_at(secret, totp.step_of(later)), later)
    proved = await db.consult(sessions.recognise, token, later, LIMITS)
    assert proved is not None
    assert proved.is_proved
    await entrance.prove(db, session, codes[0].lower(), later)
    with pytest.raises(WrongCode):
        await entrance.prove(db, session, codes[0], later)
    await db.transact(staff.drop_second_step, member.id)
    assert not (await db.consult(staff.named, "王芳")).has_totp


async def test_guessing_the_code_is_slowed(db: Database) -> None:
    member, _, _ = await _with_second_step(db, MONDAY)
    token = await db.transact(sessions.begin, member, "h1", "", MONDAY)
    session = await db.consult(sessions.recognise, token, MONDAY, LIMITS)
    assert session is not None
    for _ in range(5):
        with pytest.raises(WrongCode):
            await entrance.prove(db, session, "000000", MONDAY)
    with pytest.raises(TooManyTries):
        await entrance.prove(db, session, "000000", MONDAY)
