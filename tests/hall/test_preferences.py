"""What people say of themselves is kept for each, one row a person, and gone with them."""

from sqlalchemy import func, select

from hall.citizens import preferences
from hall.citizens.preferences import Preferences
from hall.citizens.tables import preferences as table
from kit.db import Database
from tests.hall.builders import MONDAY, a_citizen, at_once


async def test_each_half_is_set_by_itself(db: Database) -> None:
    wang, li = [(await db.transact(a_citizen, name)).id for name in ("o-wang", "o-li")]
    assert await db.consult(preferences.of, wang) == Preferences()
    await db.transact(preferences.set_categories, wang, ["small_scale_vat"], MONDAY)
    await db.transact(preferences.set_off, wang, ["soon"], MONDAY)
    assert await db.consult(preferences.of, wang) == Preferences(("small_scale_vat",), ("soon",))
    assert await db.consult(preferences.of, li) == Preferences()
    await db.transact(preferences.forget, wang)
    assert await db.consult(preferences.of, wang) == Preferences()


async def test_two_who_set_at_once_make_one_row(db: Database) -> None:
    wang = (await db.transact(a_citizen)).id
    setting = [db.transact(preferences.set_off, wang, [kind], MONDAY) for kind in ("soon", "wait_over")]
    assert [one for one in await at_once(db, *setting) if isinstance(one, BaseException)] == []
    async with db.read() as tx:
        assert await tx.value(select(func.count()).select_from(table)) == 1
