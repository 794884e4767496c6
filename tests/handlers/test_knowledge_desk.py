"""The knowledge desk: a colleague's eyes before anything is live, and nobody's work written over."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest

from hall.audit import service as audit
from hall.audit.model import Wanted
from hall.staff.model import Role
from handlers.gate import OPEN_COOKIE, csrf_of
from kit.db import Database
from knowledge import entries, exchange, lineage, questions, shipped
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


# ---------------------------------------------------------------------------------------------- what citizens asked


async def ask(visitor: Visitor, *texts: str, took: str = "") -> None:
    """Questions of last night that nobody answered; `took`: they picked this entry from a list."""
    at = visitor.clock() - timedelta(hours=9)
    words = visitor.app.ctx.desk.library.shelf.words
    events: list[questions.Asked | questions.Reaction] = []
    for number, text in enumerate(texts):
        kind = "suggest" if took else "unknown"
        events.append(questions.Asked(f"m{text}", f"p{text}", text, words.normalise(text), at.date(), at, kind))
        if took:
            said_at = at + timedelta(seconds=20 + number)
            events.append(questions.Reaction(f"p{text}", said_at, "took", took))
    await visitor.db.transact(questions.record, events)


async def test_a_group_of_questions_becomes_a_draft_and_is_seen_to(visitor: Visitor) -> None:
    editor, _ = await editors(visitor)
    await ask(visitor, "残疾人停车免费吗", "残疾人停车要不要钱", "残疾人停车收费吗")
    part = (await editor.get("/knowledge/groups")).text
    assert "残疾人停车" in part
    assert "3次" in part
    ids = part.partition('name="ids" value="')[2].partition('"')[0]
    made = await editor.post("/knowledge/groups/draft", {"ids": ids})
    page = (await editor.get(made.headers["Location"].removeprefix("/staff"))).text
    assert "残疾人停车收费吗" in page
    assert "（待写答案）" not in page
    assert "没有要处理的提问" in (await editor.get("/knowledge/groups")).text
    again = await editor.post("/knowledge/groups/aside", {"ids": ids})
    assert (again.status, "已经有人处理过了" in again.text) == (409, True)


async def test_questions_go_into_an_entry_as_its_variants(visitor: Visitor) -> None:
    writer, _ = await editors(visitor)
    item_id = await a_saved(writer)
    await ask(visitor, "礼拜天的前一天办事吗", took=item_id)
    part = (await writer.get("/knowledge/groups")).text
    number = part.partition('name="question" value="')[2].partition('"')[0]
    assert (await writer.post("/knowledge/teach", {"question": number, "entry": item_id})).status == 303
    await ask(visitor, "周末能来办吗", "周末可以来办吗")
    ids = (await writer.get("/knowledge/groups")).text.partition('name="ids" value="')[2].partition('"')[0]
    assert (await writer.post("/knowledge/groups/teach", {"ids": ids, "entry": item_id})).status == 303
    newest = await visitor.db.consult(entries.version, "entry", item_id, 3)
    assert newest.content["variants"][2:] == ["礼拜天的前一天办事吗", "周末能来办吗", "周末可以来办吗"]


async def test_the_morning_page_tells_what_waits_and_what_colleagues_did(visitor: Visitor) -> None:
    editor, _ = await editors(visitor)
    await a_saved(editor, change="群众常问")
    page = (await editor.get("/knowledge/morning")).text
    waiting, _, done = page.partition("昨天以来同事改了什么")
    assert "大厅周六上班吗" in waiting.partition("等着审核和发布的")[2]
    assert "编辑甲" in done
    assert "群众常问" in done


# ---------------------------------------------------------------------------------------------- files and policies


async def sent(editor: Visitor, name: str, body: bytes) -> str:
    assert editor.token is not None
    form = aiohttp.FormData({"csrf": csrf_of(editor.token)})
    form.add_field("file", body, filename=name)
    headers = {"Origin": editor.base, "Cookie": f"{OPEN_COOKIE}={editor.token}"}
    async with editor.http.post(f"{editor.base}/staff/knowledge/import", data=form, headers=headers) as answer:
        return await answer.text()


async def test_a_file_comes_in_row_by_row_as_drafts_and_goes_out_again(visitor: Visitor, tmp_path: Path) -> None:
    editor, _ = await editors(visitor)
    rows = [
        ("entry", "good", "", {"question": "好的一行吗", "answer": "是。"}),
        ("entry", "bad", "", {"question": "空的吗"}),
    ]
    exchange.write_file(tmp_path / "我的.xlsx", rows)
    report = await sent(editor, "我的.xlsx", (tmp_path / "我的.xlsx").read_bytes())
    assert "文件里共2条" in report
    assert "没有答案：请写答案" in report
    assert [(item.id, item.state) for item in await visitor.db.consult(entries.listed)] == [("good", "draft")]
    assert "Excel" in await sent(editor, "x.xlsx", b"no sheet")
    url, cookie = f"{editor.base}/staff/knowledge/export", {"Cookie": f"{OPEN_COOKIE}={editor.token}"}
    async with editor.http.get(url, headers=cookie) as answer:
        (tmp_path / "out.xlsx").write_bytes(await answer.read())
    assert [each.id for each in exchange.read_file(tmp_path / "out.xlsx")] == ["good"]


async def test_policies_that_replaced_one_another_stand_in_one_line(visitor: Visitor) -> None:
    contents = {item_id: content for kind, item_id, content in shipped.rows() if kind == "policy"}
    lines = lineage.lines(contents, MONDAY.date())
    assert sorted(each.id for line in lines for each in line.policies) == sorted(contents)
    tied = next(line for line in lines if any(each.id == "vat-2026-small-scale-threshold" for each in line.policies))
    ids = [each.id for each in tied.policies]
    assert ids.index("mof-2023-19-small-scale") < ids.index("vat-2026-small-scale-threshold")
    await visitor.db.transact(entries.plant, shipped.rows(), entries.SHIPPED, MONDAY)
    editor, _ = await editors(visitor)
    page = (await editor.get("/knowledge/policies?q=起征点标准")).text
    assert "<svg" in page
    assert "2023年第19号" in page
