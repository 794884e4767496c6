"""What editors see of what was asked, and what is never kept."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from kit.db import Database, Tx
from knowledge import entries, questions
from knowledge.content import UNWRITTEN
from knowledge.questions import Asked, Reaction
from knowledge.tables import questions as table
from tests.knowledge.entry_builders import AUTHOR, PARKING, a_published

CAR_TAX = ["车船税怎么交", "车船税在哪里交", "车船税多少钱一年", "车船税没交怎么办", "什么是车船税"]
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)


def asked(key: str, text: str, at: datetime, kind: str = "unknown", person: str = "", **more: Any) -> Asked:
    return Asked(key, person, text, more.pop("normal", text), at.date(), at, kind, **more)


async def ids(tx: Tx) -> list[int]:
    return [row.id for row in await tx.all(select(table.c.id).order_by(table.c.key))]


async def taken(tx: Tx) -> dict[str, tuple[str, str]]:
    rows = await tx.all(select(table.c.key, table.c.taken, table.c.taken_entry))
    return {row.key: (row.taken, row.taken_entry) for row in rows}


async def test_open_groups_bring_ten_ways_to_ask_together_above_a_single_other(db: Database, now: datetime) -> None:
    told = [asked(f"c{n}", CAR_TAX[n % 5], now + n * MINUTE) for n in range(10)]
    parking = asked("p", "停车费怎么收", now + DAY, "suggest", offered=("parking",))
    async with db.tx() as tx:
        await questions.record(tx, [*told, parking])
        first, second = await questions.open_groups(tx, now)
        assert (first.count, set(first.texts), first.leader) == (10, set(CAR_TAX), "车船税怎么交")
        assert first.last_at == now + 9 * MINUTE
        assert (second.texts, second.entry_ids) == (("停车费怎么收",), ("parking",))
        assert await questions.open_groups(tx, now, most=1) == [first]
        assert await questions.open_groups(tx, now + 2 * DAY) == []


async def test_open_groups_count_a_wrong_answer_double(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(
            tx,
            [
                asked("a", "低保怎么申请", now, "answer", "one", entry_id="allowance"),
                Reaction("one", now + MINUTE, "disliked"),
                asked("b", "停车费怎么收", now + 2 * MINUTE),
                asked("c", "居住证在哪办", now + 3 * MINUTE, "answer", "two", entry_id="residence"),
                asked("d", "公租房怎么申请", now + 4 * MINUTE, "suggest", "three", offered=("homes",)),
                Reaction("three", now + 5 * MINUTE, "took", "homes"),
            ],
        )
        groups = await questions.open_groups(tx, now)
    assert [(group.leader, group.count, group.misanswered) for group in groups] == [
        ("低保怎么申请", 1, 1),
        ("停车费怎么收", 1, 0),
    ]
    assert groups[0].entry_ids == ("allowance",)


async def test_open_groups_show_a_suggestion_that_was_taken_and_then_disliked(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(tx, [asked("a", "公租房怎么申请", now, "suggest", "one", offered=("homes",))])
        await questions.record(tx, [Reaction("one", now + MINUTE, "took", "homes")])
        assert await questions.open_groups(tx, now) == []
        await questions.record(tx, [Reaction("one", now + 2 * MINUTE, "disliked")])
        assert await taken(tx) == {"a": ("disliked", "homes")}
        (group,) = await questions.open_groups(tx, now)
    assert group.misanswered == 1


@pytest.mark.parametrize(
    "text",
    [
        "我手机13800000001收不到短信",
        "窗口3 13800000001 打不通",  # the normal text has one run of digits, which is no mobile number
        "电话138,0000,0001打不通",
        "身份证110101199003070038丢了",
        "座机024-23456789没人接",
        "我叫李四，一三八零零零零零零零一",
    ],
)
async def test_record_never_keeps_a_personal_number(db: Database, now: datetime, text: str) -> None:
    normal = "".join(char for char in text if char.isalnum())
    async with db.tx() as tx:
        await questions.record(tx, [asked("a", text, now, normal=normal)])
        row = await tx.one(select(table.c.text, table.c.normal))
    assert row is not None
    for kept in (row.text, row.normal):
        for part in ("00001", "0000,0001", "19900307", "23456789", "零零零零"):
            assert part not in kept


async def test_record_cuts_what_is_too_long_and_keeps_nobody_for_an_unknown_person(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(tx, [asked("a", "税" * 3000, now, confidence=0.4567)])
        row = await tx.one(select(table.c.text, table.c.normal, table.c.person, table.c.confidence))
    assert row == ("税" * 500, "税" * 500, None, 457)


async def test_record_keeps_a_message_once_however_often_it_is_delivered(db: Database, now: datetime) -> None:
    one, again = asked("a", "停车费怎么收", now, person="one"), asked("a", "停车费怎么收", now + MINUTE, person="one")
    async with db.tx() as tx:
        await questions.record(tx, [one, again])
        await questions.record(tx, [again, asked("b", "低保怎么申请", now + MINUTE)])
        assert await taken(tx) == {"a": ("", ""), "b": ("", "")}


async def test_record_keeps_the_rest_of_a_batch_when_another_worker_has_one_of_it(db: Database, now: datetime) -> None:
    batches = [[asked(f"m{n}", f"第{n}号窗口在哪", now) for n in range(worker, worker + 6)] for worker in range(6)]
    await asyncio.gather(*(db.transact(questions.record, batch) for batch in batches))
    async with db.read() as tx:
        assert sorted(await taken(tx)) == sorted(f"m{n}" for n in range(11))


async def test_a_reaction_goes_to_the_latest_question_of_that_person_and_the_first_one_stays(
    db: Database, now: datetime
) -> None:
    async with db.tx() as tx:
        await questions.record(
            tx,
            [
                Reaction("one", now + 2 * MINUTE, "liked"),  # given first, and yet the later one
                asked("a", "停车费怎么收", now, "answer", "one"),
                asked("b", "低保怎么申请", now + MINUTE, "answer", "one"),
                asked("c", "居住证在哪办", now + MINUTE, "answer", "two"),
                Reaction("two", now + 12 * MINUTE, "disliked"),  # too late to be about that
            ],
        )
        await questions.record(tx, [Reaction("one", now + 3 * MINUTE, "handed_over"), Reaction("", now, "liked")])
        assert await taken(tx) == {"a": ("", ""), "b": ("liked", ""), "c": ("", "")}


@pytest.mark.parametrize("in_one_batch", [True, False])
async def test_who_asks_alike_again_was_not_helped(db: Database, now: datetime, in_one_batch: bool) -> None:
    told = [
        asked("a", "车船税怎么交", now, "answer", "one"),
        asked("b", "停车费怎么收", now + MINUTE, "answer", "one"),
        asked("c", "车船税在哪里交", now + 5 * MINUTE, "answer", "one"),
        asked("d", "车船税怎么交", now + 5 * MINUTE, "answer", "two"),
        asked("e", "车船税怎么交", now + 20 * MINUTE, "answer", "one"),
    ]
    async with db.tx() as tx:
        for batch in [told] if in_one_batch else [[each] for each in told]:
            await questions.record(tx, batch)
        again = {key: mark for key, (mark, _) in (await taken(tx)).items() if mark}
    assert again == {"a": "asked_again"}


async def test_who_asks_again_after_a_like_was_helped_all_the_same(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(tx, [asked("a", "车船税怎么交", now, "answer", "one"), Reaction("one", now, "liked")])
        await questions.record(tx, [asked("b", "车船税在哪里交", now + MINUTE, "answer", "one")])
        assert await taken(tx) == {"a": ("liked", ""), "b": ("", "")}


async def test_batches_in_the_wrong_order_say_the_same(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(tx, [asked("later", "车船税在哪里交", now + MINUTE, "answer", "one")])
        await questions.record(tx, [asked("earlier", "车船税怎么交", now, "answer", "one")])
        assert await taken(tx) == {"earlier": ("asked_again", ""), "later": ("", "")}


async def test_forgetting_leaves_the_question_and_takes_the_person(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        told = [asked("a", "停车费怎么收", now - DAY, person="one"), asked("b", "低保怎么申请", now, person="one")]
        await questions.record(tx, [*told, asked("c", "居住证在哪办", now, person="two")])
        assert await questions.forget_people(tx, now) == 1
        assert await questions.forget_people(tx, now) == 0
        await questions.forget(tx, "one")
        rows = await tx.all(select(table.c.key, table.c.person).order_by(table.c.key))
        assert rows == [("a", None), ("b", None), ("c", "two")]
        assert await questions.sweep(tx, now) == 1
        assert sorted(await taken(tx)) == ["b", "c"]


async def test_settle_takes_a_group_off_the_list_once(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(tx, [asked("a", "停车费怎么收", now), asked("b", "停车费咋收", now)])
        (group,) = await questions.open_groups(tx, now)
        await questions.settle(tx, group.ids[:1], "set_aside")
        await questions.settle(tx, group.ids, "set_aside")  # one of them is still open
        assert await questions.open_groups(tx, now) == []
        for nothing in (group.ids, ()):
            with pytest.raises(questions.NothingOpen):
                await questions.settle(tx, nothing, "set_aside")


async def test_draft_from_a_group_is_an_entry_with_the_answer_to_be_written(db: Database, now: datetime) -> None:
    crowd = [*CAR_TAX, "车船税怎么交", "我的号码13800000001，车船税怎么交"]
    async with db.tx() as tx:
        await questions.record(tx, [asked(f"c{n}", text, now) for n, text in enumerate(crowd)])
        (group,) = await questions.open_groups(tx, now)
        assert await questions.draft_from(tx, group.ids, "car-tax", AUTHOR, now, matter="car-tax") == 1
        content = (await entries.version(tx, "entry", "car-tax", 1)).content
        assert set(content.pop("variants")) == {*CAR_TAX[1:], "我的号码，车船税怎么交"}
        assert content == {"question": "车船税怎么交", "answer": UNWRITTEN, "matter": "car-tax"}
        assert await questions.open_groups(tx, now) == []
        with pytest.raises(questions.NothingOpen):
            await questions.draft_from(tx, group.ids, "car-tax-2", AUTHOR, now)


async def test_draft_from_leaves_an_entry_that_has_the_id_already(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        await questions.record(tx, [asked("a", "停车费怎么收", now)])
        with pytest.raises(questions.IdTaken):
            await questions.draft_from(tx, await ids(tx), "parking", AUTHOR, now)
        assert len(await questions.open_groups(tx, now)) == 1
        assert (await entries.item(tx, "entry", "parking")).latest == 1


async def took_parking(tx: Tx, key: str, text: str, now: datetime) -> int:
    """A question whose asker took the entry on parking; its id."""
    await questions.record(tx, [asked(key, text, now, "suggest", key, offered=("parking",))])
    await questions.record(tx, [Reaction(key, now + MINUTE, "took", "parking")])
    found: int = await tx.value(select(func.max(table.c.id)))
    return found


async def test_teach_makes_a_draft_with_the_question_of_who_took_the_suggestion(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        await took_parking(tx, "a", "车停院里掏钱不？", now)
        newest = await took_parking(tx, "b", "车停院里掏钱不？", now + MINUTE)
        (kept,) = await questions.confirmed(tx, now)
        assert (kept.id, kept.text, kept.taken_entry, kept.times) == (newest, "车停院里掏钱不？", "parking", 2)

        assert await questions.teach(tx, kept.id, AUTHOR, now) == 2
        taught = (await entries.version(tx, "entry", "parking", 2)).content
        assert taught == PARKING | {"variants": ["停车收费吗", "车停院里掏钱不？"]}
        assert await questions.confirmed(tx, now) == []
        held = await entries.item(tx, "entry", "parking")
        assert (held.state, held.live) == ("draft", 1)  # citizens are answered from what was reviewed


async def test_teach_says_when_the_entry_has_the_question_already(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        one = await took_parking(tx, "a", "停车收费吗？？", now)
        with pytest.raises(questions.AlreadyAVariant) as refused:
            await questions.teach(tx, one, AUTHOR, now)
        assert refused.value.message == "“大厅停车要钱吗？”里已经有这句问法了，不用再加。"
        assert await questions.confirmed(tx, now) == []
        assert (await entries.item(tx, "entry", "parking")).latest == 1


async def test_teach_needs_an_entry_that_somebody_named(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        await questions.record(tx, [asked("a", "车停院里掏钱不", now, "suggest", offered=("parking",))])
        (one,) = await ids(tx)
        with pytest.raises(questions.NothingTaken):
            await questions.teach(tx, one, AUTHOR, now)
        with pytest.raises(entries.NoSuchItem):
            await questions.teach(tx, one, AUTHOR, now, entry_id="parking-lot")
        with pytest.raises(questions.NoSuchQuestion):
            await questions.teach(tx, one + 1, AUTHOR, now, entry_id="parking")
        assert await questions.teach(tx, one, AUTHOR, now, entry_id="parking") == 2
        assert await questions.open_groups(tx, now) == []


async def test_teach_keeps_every_variant_when_two_editors_teach_at_once(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        told = [await took_parking(tx, f"p{n}", f"第{n}种问停车的话", now) for n in range(5)]
    await asyncio.gather(*(db.transact(questions.teach, one, AUTHOR, now) for one in told))
    async with db.read() as tx:
        latest = (await entries.item(tx, "entry", "parking")).latest
        variants = (await entries.version(tx, "entry", "parking", latest)).content["variants"]
    assert sorted(variants) == sorted(["停车收费吗", *(f"第{n}种问停车的话" for n in range(5))])


async def test_of_week_tells_each_question_once_the_newest_first(db: Database, now: datetime) -> None:
    told = [
        asked("old", "停车费怎么收", now - 8 * DAY),
        asked("a", "低保怎么申请？", now - 2 * DAY, normal="低保怎么申请"),
        asked("b", "停车费怎么收", now - DAY),
        asked("c", "低保怎么申请", now, "answer", entry_id="allowance", normal="低保怎么申请"),
        asked("next", "居住证在哪办", now + MINUTE),
    ]
    async with db.tx() as tx:
        await questions.record(tx, told)
        week = await questions.of_week(tx, now)
        assert [(kept.text, kept.kind, kept.entry_id, kept.at, kept.times) for kept in week] == [
            ("低保怎么申请", "answer", "allowance", now, 2),
            ("停车费怎么收", "unknown", "", now - DAY, 1),
        ]
        assert await questions.of_week(tx, now, most=1) == week[:1]


async def test_tally_counts_kinds_and_how_they_were_taken(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await questions.record(
            tx,
            [
                asked("old", "停车费怎么收", now - DAY),
                asked("a", "低保怎么申请", now, "answer", "one"),
                Reaction("one", now + MINUTE, "liked"),
                asked("b", "居住证在哪办", now, "answer", "two"),
                asked("c", "什么是车船税", now),
            ],
        )
        assert await questions.tally(tx, now) == {"answer": 2, "unknown": 1, "liked": 1}
