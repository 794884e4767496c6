"""The life of what the bot knows: who writes, who reviews, what is answered from meanwhile, and what is never lost."""

from datetime import datetime, timedelta

import pytest

from kit.db import Database
from knowledge import entries
from knowledge.content import Content
from knowledge.entries import Fact, State
from tests.knowledge.entry_builders import (
    AUTHOR,
    LEAD,
    PARKING,
    POLICY,
    REVIEWER,
    a_published,
    a_reviewed,
    answers,
    parking,
    staged,
)


async def test_entry_lives_from_draft_to_retired_and_tells_who_did_what(db: Database, now: datetime) -> None:
    at = [now + timedelta(minutes=minute) for minute in range(6)]
    async with db.tx() as tx:
        assert await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, at[0], "群众常问") == 1
        assert (await entries.item(tx, "entry", "parking")).state == State.DRAFT
        await entries.review(tx, "entry", "parking", REVIEWER, at[1])
        assert (await entries.item(tx, "entry", "parking")).state == State.REVIEWED
        await entries.publish(tx, "entry", "parking", LEAD, at[2])
        assert await entries.draft(tx, "entry", "parking", parking("头两小时不要钱。"), REVIEWER, at[3]) == 2
        assert await entries.restore(tx, "entry", "parking", 1, LEAD, at[4]) == 3
        await entries.retire(tx, "entry", "parking", LEAD, at[5])
        told = await entries.history(tx, "entry", "parking")
        last = await entries.item(tx, "entry", "parking")
    assert told == [
        Fact(1, "draft", AUTHOR, at[0], "群众常问"),
        Fact(1, "review", REVIEWER, at[1], ""),
        Fact(1, "publish", LEAD, at[2], ""),
        Fact(2, "draft", REVIEWER, at[3], ""),
        Fact(3, "restore", LEAD, at[4], "恢复第1版"),
        Fact(1, "retire", LEAD, at[5], ""),
    ]
    assert last == entries.Item("entry", "parking", "大厅停车要钱吗？", State.RETIRED, 3, None, at[5])


async def test_version_says_who_wrote_and_who_reviewed_it(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        assert await entries.version(tx, "entry", "parking", 1) == entries.Version(1, PARKING, AUTHOR, REVIEWER, now)


async def test_draft_leaves_what_is_live_until_it_is_published(db: Database, now: datetime) -> None:
    newer = parking("头两小时不要钱。")
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        before = await entries.live_since(tx, 0)
        await a_reviewed(tx, "parking", newer, now)
        assert await entries.live_since(tx, 0) == before
        held = await entries.item(tx, "entry", "parking")
        assert (held.state, held.latest, held.live) == (State.REVIEWED, 2, 1)
        await entries.publish(tx, "entry", "parking", LEAD, now)
        (live,) = await entries.live_since(tx, before[0].serial)
    assert (live.number, live.content, live.serial) == (2, newer, before[0].serial + 1)


async def test_draft_alone_is_not_live(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, now)
        assert (await entries.live_since(tx, 0), await entries.live_since(tx, -1)) == ([], [])


async def test_draft_of_the_same_words_writes_nothing(db: Database, now: datetime) -> None:
    said_again = PARKING | {"answer": "  不要钱，停车场在大厅东侧。 ", "note": "", "variants": "停车收费吗\n停车收费吗"}
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        assert await entries.draft(tx, "entry", "parking", said_again, REVIEWER, now) == 1
        assert len(await entries.history(tx, "entry", "parking")) == 3
        assert (await entries.item(tx, "entry", "parking")).state == State.PUBLISHED


async def test_reviewing_ones_own_draft_is_refused(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, now)
        with pytest.raises(entries.OwnDraft, match="自己写的要请另一位同事审"):
            await entries.review(tx, "entry", "parking", AUTHOR, now)
        await entries.restore(tx, "entry", "parking", 1, AUTHOR, now)
        assert (await entries.item(tx, "entry", "parking")).state == State.DRAFT


async def test_editing_after_the_review_needs_another_review(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_reviewed(tx, "parking", PARKING, now)
        await entries.draft(tx, "entry", "parking", parking("头两小时不要钱。"), REVIEWER, now)
        with pytest.raises(entries.NotReviewed, match="请另一位同事审过再发布"):
            await entries.publish(tx, "entry", "parking", LEAD, now)
        with pytest.raises(entries.OwnDraft):
            await entries.review(tx, "entry", "parking", REVIEWER, now)


async def test_publishing_needs_a_review_and_reviewing_a_draft(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, now)
        with pytest.raises(entries.NotReviewed):
            await entries.publish(tx, "entry", "parking", LEAD, now)
        await entries.review(tx, "entry", "parking", REVIEWER, now)
        with pytest.raises(entries.NotADraft):
            await entries.review(tx, "entry", "parking", REVIEWER, now)
        await entries.publish(tx, "entry", "parking", LEAD, now)
        with pytest.raises(entries.NotReviewed):
            await entries.publish(tx, "entry", "parking", LEAD, now)


@pytest.mark.parametrize("number", [1, 2, 3])
async def test_restore_brings_any_version_back_as_a_draft(db: Database, now: datetime, number: int) -> None:
    said = ["不要钱。", "头两小时不要钱。", "一小时两元。", "停车场在修。"]
    async with db.tx() as tx:
        for answer in said:
            await a_published(tx, "parking", parking(answer), now)
        assert await entries.restore(tx, "entry", "parking", number, AUTHOR, now) == 5
        assert (await entries.version(tx, "entry", "parking", 5)).content == parking(said[number - 1])
        assert await answers(tx) == {"parking": "停车场在修。"}
        kept = [(await entries.version(tx, "entry", "parking", each)).content["answer"] for each in (1, 2, 3, 4)]
    assert kept == said


async def test_retired_entry_is_told_to_readers_and_comes_back_as_a_draft(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "parking", PARKING, now)
        await entries.retire(tx, "entry", "parking", LEAD, now)
        assert await entries.live_since(tx, 1) == [entries.Live("entry", "parking", None, None, 2)]
        assert await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, now) == 2
        assert await entries.live_since(tx, 1) == [entries.Live("entry", "parking", None, None, 2)]
        await entries.review(tx, "entry", "parking", REVIEWER, now)
        await entries.publish(tx, "entry", "parking", LEAD, now)
        assert await answers(tx) == {"parking": PARKING["answer"]}


async def test_what_is_not_there_is_said_so(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await entries.draft(tx, "entry", "parking", PARKING, AUTHOR, now)
        for verb in (entries.review, entries.publish, entries.retire):
            with pytest.raises(entries.NoSuchItem) as missing:
                await verb(tx, "entry", "toilets", LEAD, now)
            assert (missing.value.status, missing.value.code) == (404, "no_such_item")
        with pytest.raises(entries.NoSuchItem):
            await entries.item(tx, "policy", "parking")
        with pytest.raises(entries.NoSuchVersion, match="“parking”没有第2版"):
            await entries.restore(tx, "entry", "parking", 2, AUTHOR, now)


async def test_bad_content_says_everything_there_is_to_put_right(db: Database, now: datetime) -> None:
    content = staged({"policies": ["nobody-knows"], "conclusion": "能。"}, question="") | {"colour": "red"}
    async with db.tx() as tx:
        with pytest.raises(entries.BadContent) as bad:
            await entries.draft(tx, "entry", "x" * 97, content, AUTHOR, now)
        assert not await entries.is_planted(tx)
    assert (bad.value.status, bad.value.code) == (422, "bad_content")
    assert bad.value.reasons == (
        "没有“colour”这一栏，请检查拼写",
        "标准问是空的，请写一句完整的问题",
        "没有编号为“nobody-knows”的政策，请先导入这个政策",
        "编号不能空着，也不能超过96个字符",
    )
    assert bad.value.message.startswith("还不能保存：没有“colour”这一栏，请检查拼写；标准问是空的")


async def test_content_too_long_for_a_row_is_refused_and_not_cut(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        with pytest.raises(entries.BadContent, match="内容太多"):
            await entries.draft(tx, "policy", "p", POLICY | {"how_to": ["办" * 25_000]}, AUTHOR, now)


async def test_entry_may_be_drafted_on_a_drafted_policy_and_published_on_a_live_one(
    db: Database, now: datetime
) -> None:
    async with db.tx() as tx:
        await entries.draft(tx, "policy", "p-2026", POLICY, AUTHOR, now)
        await a_reviewed(tx, "threshold", staged({"policies": ["p-2026"], "conclusion": "免。"}), now)
        with pytest.raises(entries.PolicyNotLive, match="“p-2026”还没有发布"):
            await entries.publish(tx, "entry", "threshold", LEAD, now)
        await entries.review(tx, "policy", "p-2026", REVIEWER, now)
        await entries.publish(tx, "policy", "p-2026", LEAD, now)
        await entries.publish(tx, "entry", "threshold", LEAD, now)
        assert [(each.kind, each.id) for each in await entries.live_since(tx, 0)] == [
            ("policy", "p-2026"),
            ("entry", "threshold"),
        ]


@pytest.mark.parametrize(
    "content",
    [
        staged({"policies": ["other", "p-2026"], "conclusion": "免。"}),
        PARKING | {"history": ["p-2026"]},
        PARKING | {"gone_policies": ["p-2026"]},
    ],
    ids=["stage", "history", "gone"],
)
async def test_policy_that_live_entries_stand_on_stays(db: Database, now: datetime, content: Content) -> None:
    async with db.tx() as tx:
        await a_published(tx, "p-2026", POLICY, now, "policy")
        await a_published(tx, "other", POLICY, now, "policy")
        for number in range(4):
            await a_published(tx, f"e{number}", content | {"question": f"问题{number}？"}, now)
        with pytest.raises(entries.PolicyInUse) as used:
            await entries.retire(tx, "policy", "p-2026", LEAD, now)
        assert "还有4条在用的知识条目依据这个政策：“问题0？”、“问题1？”、“问题2？”。" in used.value.message
        for number in range(4):
            await entries.retire(tx, "entry", f"e{number}", LEAD, now)
        await entries.retire(tx, "policy", "p-2026", LEAD, now)
        assert (await entries.item(tx, "policy", "p-2026")).state == State.RETIRED


async def test_listed_finds_by_kind_state_and_words(db: Database, now: datetime) -> None:
    async with db.tx() as tx:
        await a_published(tx, "p-2026", POLICY, now, "policy")
        await a_published(tx, "parking", PARKING, now + timedelta(minutes=1))
        await entries.draft(tx, "entry", "wifi", {"question": "大厅 WiFi 怎么连？", "answer": "扫码。"}, AUTHOR, now)
        found = {
            "all": await entries.listed(tx),
            "entries": await entries.listed(tx, "entry"),
            "drafts": await entries.listed(tx, state=State.DRAFT),
            "words": await entries.listed(tx, words="wifi 大厅"),
            "percent": await entries.listed(tx, words="%"),
        }
    assert {name: [each.id for each in some] for name, some in found.items()} == {
        "all": ["parking", "wifi", "p-2026"],
        "entries": ["parking", "wifi"],
        "drafts": ["wifi"],
        "words": ["wifi"],
        "percent": [],
    }


def test_refusals_have_a_name_and_a_status_for_programs() -> None:
    assert {
        each.code: each.status
        for each in (
            entries.NoSuchItem,
            entries.NoSuchVersion,
            entries.BadContent,
            entries.NotADraft,
            entries.OwnDraft,
            entries.NotReviewed,
            entries.PolicyNotLive,
            entries.PolicyInUse,
        )
    } == {
        "no_such_item": 404,
        "no_such_version": 404,
        "bad_content": 422,
        "not_a_draft": 409,
        "own_draft": 409,
        "not_reviewed": 409,
        "policy_not_live": 409,
        "policy_in_use": 409,
    }
