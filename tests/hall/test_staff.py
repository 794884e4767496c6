import pytest
from sqlalchemy import select

from hall.staff import service as staff
from hall.staff.model import Grant, NameTaken, Role, UnknownRole
from hall.staff.tables import staff as table
from kit.db import Database
from kit.secrets import is_password
from tests.hall.builders import MONDAY


async def test_added_staff_are_known_and_must_change_the_one_time_password(db: Database) -> None:
    password = await db.transact(staff.add, "张三", "clerk", MONDAY)
    member = await db.consult(staff.known, "张三")
    assert member is not None
    assert (member.name, member.grants, member.must_change) == ("张三", (Grant(Role.CLERK),), True)
    async with db.read() as tx:
        hashed = await tx.value(select(table.c.password_hash))
    assert password not in hashed
    assert is_password(hashed, password)


async def test_two_staff_of_one_name_are_refused(db: Database) -> None:
    await db.transact(staff.add, "张三", "clerk", MONDAY)
    with pytest.raises(NameTaken) as refused:
        await db.transact(staff.add, "张三", "lead", MONDAY)
    assert refused.value.message == "已经有叫“张三”的工作人员了，请换一个名字，比如加上科室。"


async def test_unknown_role_names_the_known_ones(db: Database) -> None:
    with pytest.raises(UnknownRole) as refused:
        await db.transact(staff.add, "张三", "boss", MONDAY)
    assert refused.value.message == "没有“boss”这个角色，可选的有：clerk、guide、editor、lead、admin。"


async def test_stranger_is_no_staff(db: Database) -> None:
    assert await db.consult(staff.known, "张三") is None
