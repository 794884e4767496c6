"""The knowledge desk: a colleague's eyes before anything is live, and nobody's work written over."""

from collections.abc import AsyncIterator

import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.staff.model import Role
from kit.db import Database
from knowledge import entries, shipped
from knowledge.content import tidy
from knowledge.written import content_of, texts_of
from tests.hall.builders import MONDAY
from tests.handlers.staff import Seen, Visitor, a_member, open_staff

OPENING = {
    "question": "大厅周六上班吗",
    "variants": "周六开门吗\r\n礼拜六有人吗",
    "answer": "周六上午开门。\r\n下午休息。",
}
SUNDAY = OPENING | {"answer": "周六不开门。"}


@pytest.fixture
async def visitor(sqlite_db: Database) -> AsyncIterator[Visitor]:
    async with open_staff(sqlite_db) as found:
        yield found


async def editors(visitor: Visitor) -> tuple[Visitor, Visitor]:
    names = ("编辑甲", "编辑乙")
    both = [await visitor.as_member(await a_member(visitor.db, name, Role.EDITOR)) for name in names]
    return both[0], both[1]


async def a_saved(editor: Visitor, form: dict[str, str] = OPENING, **more: str) -> str:
    """Saved from the page; its id."""
    answer = await editor.post("/knowledge/save", {"kind": "entry", **form, **more})
    assert answer.status == 303, answer.text
    return answer.headers["Location"].partition("id=")[2]


async def step(editor: Visitor, verb: str, item_id: str, seen: int, **more: str) -> Seen:
    return await editor.post(f"/knowledge/{verb}", {"id": item_id, "seen": str(seen), **more})


async def test_an_entry_lives_by_four_eyes_and_can_come_back(visitor: Visitor) -> None:
    writer, reader = await editors(visitor)
    item_id = await a_saved(writer)
    own = await step(writer, "review", item_id, 1)
    assert (own.status, "自己写的要请另一位同事审" in own.text) == (409, True)
    assert "要请另一位同事审核" in (await writer.get(f"/knowledge/edit?id={item_id}")).text
    assert "审过了，没有问题" in (await reader.get(f"/knowledge/edit?id={item_id}")).text
    assert (await step(reader, "review", item_id, 1)).status == 303
    assert (await step(writer, "publish", item_id, 1)).status == 303
    held = await visitor.db.consult(entries.version, "entry", item_id, 1)
    assert held.content["answer"] == "周六上午开门。\n下午休息。"
    assert held.content["variants"] == ["周六开门吗", "礼拜六有人吗"]
    assert (await step(writer, "retire", item_id, 1)).status == 303
    assert (await step(writer, "restore", item_id, 1, number="1")).status == 303
    item = await visitor.db.consult(entries.item, "entry", item_id)
    assert (item.state, item.latest, item.live) == ("draft", 2, None)
    trail = await visitor.db.consult(audit.trail, Wanted(kind="entry"), 10)
    assert [line.called for line in trail] == ["恢复旧版", "停用", "发布", "审核", "存草稿"]
    assert (trail[2].before["状态"], trail[2].after["状态"]) == ("已审核", "已发布")


async def test_nobody_writes_over_a_colleague_or_passes_what_they_have_not_read(visitor: Visitor) -> None:
    first, second = await editors(visitor)
    item_id = await a_saved(first)
    await a_saved(second, SUNDAY, id=item_id, seen="1")
    late = await first.post("/knowledge/save", {"id": item_id, "seen": "1", **OPENING, "answer": "我改的。"})
    assert (late.status, "编辑乙刚存了第2版" in late.text) == (409, True)
    unread = await step(first, "review", item_id, 1)
    assert (unread.status, "编辑乙刚存了第2版" in unread.text) == (409, True)
    assert (await visitor.db.consult(entries.item, "entry", item_id)).state == "draft"
    again = await first.post("/knowledge/save", OPENING | {"answer": "又写一条"})
    assert (again.status, "已经有一条这样的了" in again.text) == (409, True)


async def test_what_is_wrong_is_told_in_the_words_of_the_page(visitor: Visitor) -> None:
    editor, _ = await editors(visitor)
    strange = await editor.post("/knowledge/save", OPENING | {"taxpayers": "火星人"}, HX_Request="true")
    assert (strange.status, 'data-field="taxpayers"' in strange.text) == (422, True)
    empty = await editor.post("/knowledge/save", {"question": "没有答案吗"}, HX_Request="true")
    assert (empty.status, "没有答案：请写答案" in empty.text) == (422, True)
    signs = await editor.post("/knowledge/save", OPENING | {"answer": "坏\x01字"})
    assert (signs.status, "不能用的符号" in signs.text) == (422, True)


async def test_the_page_says_what_the_bot_would_answer_before_it_is_saved(visitor: Visitor) -> None:
    editor, _ = await editors(visitor)
    told = await editor.post("/knowledge/would", OPENING | {"asking": "礼拜六有人吗"}, HX_Request="true")
    assert "用这一条回答" in told.text
    assert "周六上午开门。" in told.text
    half = await editor.post("/knowledge/would", {"question": "写了一半"}, HX_Request="true")
    assert (half.status, "没有答案" in half.text) == (200, True)
    week = await editor.post("/knowledge/week", OPENING, HX_Request="true")
    assert "上星期还没有人提问" in week.text
    assert await visitor.db.consult(entries.listed) == []


async def test_the_list_finds_as_the_bot_does_and_by_state(visitor: Visitor) -> None:
    await visitor.db.transact(entries.plant, shipped.rows(), entries.SHIPPED, MONDAY)
    editor, _ = await editors(visitor)
    found = await editor.get("/knowledge/entries?q=账上进项多没抵完能退吗")
    assert "机器人会找到的" in found.text
    assert "现在留抵退税什么条件能退" in found.text.partition("标题或编号里有这些字的")[0]
    await a_saved(editor)
    drafts = await editor.get("/knowledge/entries?state=draft")
    assert "大厅周六上班吗" in drafts.text
    assert "下一页" not in drafts.text
    assert "下一页" in (await editor.get("/knowledge/entries")).text
    assert "第1版" in (await editor.get("/knowledge/edit?id=credit-refund")).text


def test_a_page_loses_nothing_of_an_entry_or_a_policy() -> None:
    for kind, item_id, content in shipped.rows():
        assert content_of(kind, texts_of(kind, content)) == tidy(content), item_id


async def test_versions_tell_what_changed_between_any_two(visitor: Visitor) -> None:
    editor, _ = await editors(visitor)
    item_id = await a_saved(editor)
    await a_saved(editor, SUNDAY, id=item_id, seen="1")
    page = (await editor.get(f"/knowledge/versions?id={item_id}&a=1&b=2")).text
    assert "<del>周六上午开门。\n下午休息。</del><ins>周六不开门。</ins>" in page
    assert "恢复第1版" in page
