"""What goes in comes out, on both databases alike."""

from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import delete, func, insert, select, text, update

from kit.db import Database, Duplicate, Tx
from tests.kit.parcels import parcels

SENT_AT = datetime(2026, 11, 23, 2, 0, 0, 123000, tzinfo=UTC)
AWKWARD = ["o'clock", '"quoted"', "100%", "%s", "a\\b", "?", ":name", "双塔区 🀄", "'; DROP TABLE parcels; --", ""]


async def a_parcel(tx: Tx, label: str = "A", weight: int = 1, **more: Any) -> int:
    return await tx.insert(insert(parcels).values(label=label, weight=weight, **more))


async def labels(db: Database) -> list[str]:
    async with db.read() as tx:
        return [row.label for row in await tx.all(select(parcels.c.label).order_by(parcels.c.label))]


async def test_row_has_the_selected_columns_by_name_and_place(stock: Database) -> None:
    async with stock.tx() as tx:
        number = await a_parcel(tx, weight=3)
        row = await tx.one(select(parcels.c.id, parcels.c.weight.label("grams"), (parcels.c.weight * 2).label("twice")))
    assert row == (number, 3, 6)
    assert (row.id, row.grams, row.twice) == (number, 3, 6)


async def test_value_and_one_are_none_where_nothing_is(stock: Database) -> None:
    async with stock.read() as tx:
        assert await tx.one(select(parcels.c.id)) is None
        assert await tx.value(select(parcels.c.id)) is None
        assert await tx.all(select(parcels.c.id)) == []
        assert await tx.value(select(func.count()).select_from(parcels)) == 0


async def test_types_come_back_as_they_went_in(stock: Database) -> None:
    given = {
        "sent_at": SENT_AT,
        "due_on": date(2026, 12, 1),
        "is_fragile": True,
        "contents": {"书": [1, 2.5, None], "引号": '"\\'},
        "sender": "张三丰",
    }
    async with stock.tx() as tx:
        await a_parcel(tx, **given)
        row = await tx.one(select(*(parcels.c[name] for name in given)))
    assert row._asdict() == given


async def test_types_keep_nothing_as_nothing(stock: Database) -> None:
    columns = [c for c in parcels.c if c.nullable]
    async with stock.tx() as tx:
        await a_parcel(tx)
        assert await tx.one(select(*columns)) == (None,) * len(columns)


async def test_false_is_not_nothing(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, is_fragile=False)
        assert await tx.value(select(parcels.c.is_fragile)) is False


async def test_instants_and_days_compare_as_themselves(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "early", sent_at=SENT_AT, due_on=date(2026, 9, 30))
        await a_parcel(tx, "late", sent_at=SENT_AT.replace(hour=3), due_on=date(2026, 10, 1))
        by_instant = select(parcels.c.label).where(parcels.c.sent_at > SENT_AT)
        by_day = select(parcels.c.label).where(parcels.c.due_on < date(2026, 10, 1))
        assert [row.label for row in await tx.all(by_instant)] == ["late"]
        assert [row.label for row in await tx.all(by_day)] == ["early"]


async def test_sealed_column_shows_nothing_in_the_raw_row(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "one", sender="张三丰")
        await a_parcel(tx, "two", sender="张三丰")
        raw = [bytes(row[0]) for row in await tx.all(text("SELECT sender FROM parcels"))]
    assert [("张三丰".encode() in sealed, len(sealed)) for sealed in raw] == [(False, 4 + 12 + 9 + 16)] * 2
    assert raw[0] != raw[1]  # the same name twice must not look the same


@pytest.mark.parametrize("label", AWKWARD)
async def test_text_is_stored_as_it_is(stock: Database, label: str) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, label)
        assert await tx.value(select(parcels.c.label).where(parcels.c.label == label)) == label


async def test_percent_sign_in_a_statement_is_a_percent_sign(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "100% wool", weight=7)
        assert await tx.value(select(parcels.c.weight % 4).where(parcels.c.label.like("100!% %", escape="!"))) == 3


async def test_list_of_any_length_is_looked_up(stock: Database) -> None:
    async with stock.tx() as tx:
        for label in "ABCD":
            await a_parcel(tx, label, due_on=date(2026, 12, ord(label) - 64))
        for wanted in (["A"], [], ["A", "C", "D"], ["Z"], ["B", "A"]):  # one shape, many lengths
            found = await tx.all(select(parcels.c.label).where(parcels.c.label.in_(wanted)).order_by(parcels.c.label))
            assert [row.label for row in found] == sorted(set(wanted) - {"Z"})
        days = select(parcels.c.label).where(parcels.c.due_on.in_([date(2026, 12, 2), date(2026, 12, 4)]))
        assert {row.label for row in await tx.all(days)} == {"B", "D"}
        others = select(func.count()).select_from(parcels).where(parcels.c.label.not_in([]))
        assert await tx.value(others) == 4


async def test_same_shape_asked_again_takes_the_new_values(stock: Database) -> None:
    async with stock.tx() as tx:
        for weight in range(5):
            await a_parcel(tx, f"P{weight}", weight)
        for weight in range(5):
            assert await tx.value(select(parcels.c.label).where(parcels.c.weight == weight)) == f"P{weight}"
        for most in (1, 3, 2):
            assert len(await tx.all(select(parcels.c.id).limit(most))) == most


async def test_several_rows_go_in_with_one_statement(stock: Database) -> None:
    async with stock.tx() as tx:
        await tx.run(insert(parcels).values([{"label": label, "weight": 1} for label in "AB"]))
    assert await labels(stock) == ["A", "B"]


async def test_insert_gives_the_number_of_the_row(stock: Database) -> None:
    async with stock.tx() as tx:
        first, second = await a_parcel(tx, "A"), await a_parcel(tx, "B")
        assert await tx.value(select(parcels.c.id).where(parcels.c.label == "B")) == second > first


async def test_run_counts_rows_it_matched_even_if_nothing_changed(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "A", weight=1)
        await a_parcel(tx, "B", weight=1)
        assert await tx.run(update(parcels).values(weight=1)) == 2
        assert await tx.run(update(parcels).where(parcels.c.weight > 1).values(weight=0)) == 0
        assert await tx.run(delete(parcels).where(parcels.c.label == "A")) == 1


async def test_duplicate_is_said_and_the_transaction_goes_on(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "A")
        with pytest.raises(Duplicate):
            await a_parcel(tx, "A")
        await a_parcel(tx, "B")
    assert await labels(stock) == ["A", "B"]


async def test_error_takes_everything_back(stock: Database) -> None:
    with pytest.raises(RuntimeError, match="dropped"):
        async with stock.tx() as tx:
            await a_parcel(tx, "A")
            await a_parcel(tx, "B")
            raise RuntimeError("dropped")
    assert await labels(stock) == []


async def test_attempt_that_fails_takes_back_its_own_part_only(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "kept")
        with suppress(RuntimeError):
            async with tx.attempt():
                await a_parcel(tx, "dropped")
                raise RuntimeError
        async with tx.attempt():
            await a_parcel(tx, "outer")
            with suppress(RuntimeError):
                async with tx.attempt():
                    await a_parcel(tx, "inner")
                    raise RuntimeError
    assert await labels(stock) == ["kept", "outer"]


async def test_transact_hands_back_what_the_verb_says_and_commits(stock: Database) -> None:
    number = await stock.transact(a_parcel, "A", weight=4)
    assert await stock.consult(Tx.value, select(parcels.c.id).where(parcels.c.weight == 4)) == number


async def test_reader_sees_each_commit_at_once(stock: Database, database_url: str) -> None:
    other = await Database(database_url).open()
    async with stock.read() as tx:
        for count in range(4):
            assert await tx.value(select(func.count()).select_from(parcels)) == count
            await other.transact(a_parcel, f"P{count}")
    await other.close()


async def test_reader_sees_nothing_uncommitted(stock: Database) -> None:
    async with stock.tx() as tx:
        await a_parcel(tx, "A")
        assert await labels(stock) == []
    assert await labels(stock) == ["A"]


def test_other_databases_are_refused() -> None:
    with pytest.raises(ValueError, match="postgresql is not supported"):
        Database("postgresql://localhost/x")


async def test_default_on_the_python_side_is_refused(stock: Database) -> None:
    from sqlalchemy import Column, Integer, MetaData, Table

    careless = Table("careless", MetaData(), Column("id", Integer), Column("n", Integer, default=1))
    async with stock.read() as tx:
        with pytest.raises(TypeError, match="give every value"):
            await tx.run(insert(careless).values(id=1))
