"""/staff/knowledge/versions: who did what to an item, what each version changed; review, publish, retire, restore."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Annotated, Any

from sanic import HTTPResponse, Request

from hall.audit.model import Deed
from handlers import forms
from handlers.guards import guarded
from handlers.staff.acts import act, now
from handlers.staff.knowledge_items import SHARED, Seen, a_kind, address, db_of, deeds
from handlers.staff.pages import pages, show, went
from knowledge import editing, entries, written
from knowledge.content import Kind
from knowledge.differences import changes
from knowledge.states import ACTS

RESTORE = deeds("knowledge.restore", "恢复旧版")
RETIRED = "停用了，机器人不再用它回答。要再用，到历史版本里恢复。"
RESTORED = "旧版恢复成了新的草稿。请另一位同事审核，审过就可以发布。"
WRITES = ("draft", "restore")
MOST_COMPARED = 30  # versions told in full at once: the newest


@dataclass(frozen=True, slots=True)
class Comparing:
    id: Annotated[str, forms.text(entries.LONGEST_ID), "编号"]
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"
    a: Annotated[int | None, forms.whole, "从第几版"] = None
    b: Annotated[int | None, forms.whole, "到第几版"] = None


@dataclass(frozen=True, slots=True)
class Restoring:
    id: Annotated[str, forms.text(entries.LONGEST_ID), "编号"]
    seen: Annotated[int, forms.whole, "看到的是第几版"]
    number: Annotated[int, forms.whole, "恢复第几版"]
    kind: Annotated[Kind, a_kind, "条目还是政策"] = "entry"


@pages.get("/knowledge/versions")
@guarded("staff: editor lead admin")
async def versions_page(request: Request[Any, Any]) -> HTTPResponse:
    asked, db = forms.query(request, Comparing), db_of(request)
    item = await db.consult(entries.item, asked.kind, asked.id)
    facts = await db.consult(entries.history, asked.kind, asked.id)
    written_ones = [fact for fact in facts if fact.act in WRITES][-MOST_COMPARED:]
    contents = {
        fact.number: (await db.consult(entries.version, asked.kind, asked.id, fact.number)).content
        for fact in written_ones
    }
    numbers = sorted(contents)
    told = {after: changes(contents[before], contents[after]) for before, after in pairwise(numbers)}
    between = None
    if asked.a and asked.b:
        older, newer = [await db.consult(entries.version, asked.kind, asked.id, each) for each in (asked.a, asked.b)]
        between = changes(older.content, newer.content)
    values: dict[str, Any] = {
        "facts": list(reversed(facts)),
        "told": told,
        "acts": ACTS,
        "between": between,
        "numbers": numbers,
    }
    return await show(
        request,
        "knowledge_versions.html",
        item=item,
        asked=asked,
        named=written.named,
        writes=WRITES,
        **values,
        **SHARED,
    )


def _step(name: str, deed: Mapping[Kind, Deed], verb: Callable[..., Awaitable[None]], said: str) -> None:
    @pages.post(f"/knowledge/{name}", name=f"knowledge_{name}")
    @guarded("staff: editor lead admin")
    async def step(request: Request[Any, Any]) -> HTTPResponse:
        seen = forms.posted(request, Seen)
        by = request.ctx.session.member.name
        await act(request, deed[seen.kind], seen.id, verb, seen.kind, seen.id, by, now(request), seen.seen)
        return went(request, address(seen.kind, seen.id), said)


_step("review", deeds("knowledge.review", "审核"), editing.review, "审过了。现在可以发布。")
_step("publish", deeds("knowledge.publish", "发布"), editing.publish, "发布了，一秒内机器人就照新的回答。")
_step("retire", deeds("knowledge.retire", "停用"), editing.retire, RETIRED)


@pages.post("/knowledge/restore")
@guarded("staff: editor lead admin")
async def restore(request: Request[Any, Any]) -> HTTPResponse:
    form = forms.posted(request, Restoring)
    by = request.ctx.session.member.name
    what = (form.kind, form.id, form.number, by, now(request), form.seen)
    await act(request, RESTORE[form.kind], form.id, editing.restore, *what)
    return went(request, address(form.kind, form.id), RESTORED)
